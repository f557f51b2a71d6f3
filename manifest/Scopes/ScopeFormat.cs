// SPDX-License-Identifier: MIT

namespace Tallymark.Scopes;

/// <summary>
/// The words of the scope text (<c>spec/manifest.md</c>, "Scope"). This file, <c>ScopeText.cs</c> and
/// <c>ScopeField.cs</c> are compiled into the manifest library and into the SDK, so that the writer and the reader of
/// the text can't disagree.
/// </summary>
static class ScopeFormat
{
    /// <summary>The first line. It names the version of the format.</summary>
    internal const string Header = "tallymark-scope 1";

    // The first word of each further line.
    internal const string Tool = "tool";
    internal const string Recipient = "recipient";
    internal const string Endpoint = "endpoint";
    internal const string Retention = "retention";
    internal const string Minimum = "minimum";
    internal const string MaxPerDay = "max-per-day";
    internal const string Time = "time";
    internal const string Rotate = "rotate";
    internal const string Event = "event";
    internal const string Field = "field";

    /// <summary>The bound of a scope without the line <see cref="MaxPerDay"/>.</summary>
    internal const int DefaultMaxPerDay = 200;

    /// <summary>The detail of a field whose values may be published.</summary>
    internal const string Published = "published";

    // The two details of a field that are lists. A field may be recorded although these differ, unlike its other
    // details.
    internal const string Buckets = "buckets=";
    internal const string Values = "values=";

    internal static string WordOf(TimePrecision time) => time switch
    {
        TimePrecision.Nanosecond => "nanosecond",
        TimePrecision.Second => "second",
        TimePrecision.Hour => "hour",
        _ => "day",
    };

    /// <summary>
    /// How long an id is kept, as an order: 0 for ever, the default; 3 a month. Null if the word is not known.
    /// </summary>
    internal static int? RotationOf(string word) => word switch
    {
        "never" => 0,
        "year" => 1,
        "quarter" => 2,
        "month" => 3,
        _ => null,
    };

    /// <summary>Null if the word is not a precision.</summary>
    internal static TimePrecision? PrecisionOf(string word) => word switch
    {
        "nanosecond" => TimePrecision.Nanosecond,
        "second" => TimePrecision.Second,
        "hour" => TimePrecision.Hour,
        "day" => TimePrecision.Day,
        _ => null,
    };
}
