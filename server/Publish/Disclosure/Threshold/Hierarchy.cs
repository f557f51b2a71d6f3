// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Disclosure.Threshold;

/// <summary>
/// The generalisation levels of one column: level 0 is the value itself, and at the last level every value is <see
/// cref="Dataset.Other"/>. For levels <c>i &lt;= j</c>, <c>Generalize(Generalize(label, i), j) == Generalize(label,
/// j)</c>: a generalised label can be generalised further without the value it came from. Immutable.
/// </summary>
sealed class Hierarchy
{
    const string Other = Dataset.Other;

    /// <summary>The label of a URI without a scheme. No scheme has this name.</summary>
    public const string NoScheme = "no_scheme";

    readonly Func<string, string> _label;
    readonly Func<string, string>[] _steps;

    Hierarchy(Func<string, string> label, params Func<string, string>[] steps)
    {
        _label = label;
        _steps = steps;
    }

    /// <summary>Value, <c>other</c>. A stored value that is a word of the published format is <c>other</c>.</summary>
    public static Hierarchy Flat { get; } = new(value => Dataset.IsPublishedWord(value) ? Other : value);

    /// <summary>Scheme, <c>other</c>; the stored <c>none</c> is <see cref="NoScheme"/>.</summary>
    public static Hierarchy Scheme { get; } = new(value => value is Dataset.None ? NoScheme : value);

    /// <summary><c>debian.12.5</c>, <c>debian.12</c>, <c>other</c>.</summary>
    public static Hierarchy OsVersion { get; } = new(value => value, value => KeepNumbers(value, 1));

    /// <summary><c>1.4.2-rc.1</c>, <c>1.4</c>, <c>1</c>, <c>other</c>.</summary>
    public static Hierarchy Version { get; } =
        new(value => value, value => KeepNumbers(value, 2), value => KeepNumbers(value, 1));

    /// <summary><c>Uganda</c>, <c>Africa</c>, <c>other</c>; a code that is not in the table is
    /// <c>other</c>.</summary>
    public static Hierarchy Country { get; } =
        new(code => CountryNames.NameOf(code) ?? Other, name => CountryNames.ContinentOf(name) ?? name);

    /// <summary>The last level.</summary>
    public int MaxLevel => _steps.Length + 1;

    /// <summary>The hierarchy for a field's type; flat for <c>event</c> and <c>status</c>, which have no
    /// field.</summary>
    public static Hierarchy For(Field? field) => field switch
    {
        { Type: FieldType.Version } => Version,
        { Type: FieldType.Os, Part: "version" } => OsVersion,
        { Type: FieldType.Country } => Country,
        { Type: FieldType.UriScheme } => Scheme,
        _ => Flat,
    };

    /// <summary>The label of a stored value at level 0.</summary>
    public string LabelOf(string? value) => value is null ? Dataset.None : _label(value);

    /// <summary>A label at the given level, which must not be below the label's own.</summary>
    public string Generalize(string label, int level)
    {
        if (level >= MaxLevel)
            return Other;
        return level == 0 ? label : _steps[level - 1](label);
    }

    /// <summary>The most detailed label that two labels have in common.</summary>
    public string CommonLabel(string a, string b)
    {
        var level = 0;
        while (!string.Equals(Generalize(a, level), Generalize(b, level), StringComparison.Ordinal))
            level++;
        return Generalize(a, level);
    }

    // The part up to the given count of numbers. Words before the first number stay (debian.12.5 with count 1 becomes
    // debian.12); a pre-release is removed. A value without a number stays as it is.
    static string KeepNumbers(string value, int count)
    {
        var start = 0;
        while (start < value.Length)
        {
            var length = value.AsSpan(start).IndexOfAny('.', '-');
            var end = length < 0 ? value.Length : start + length;
            var number = end > start && char.IsAsciiDigit(value[start]);
            if (number && (--count == 0 || end == value.Length || value[end] == '-'))
                return value[..end];
            start = end + 1;
        }

        return value;
    }
}
