// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Parts;

/// <summary>Decides which rows are kept when a part is rewritten, as SQL conditions.</summary>
/// <param name="Deletions">Rows of these pending deletions are removed.</param>
/// <param name="FirstDay">
/// Events of earlier days are removed, unless <paramref name="ByVersion"/> has their version of the manifest.
/// </param>
/// <param name="ByVersion">The first day by version, where that differs.</param>
/// <param name="FirstReceipt">Ids of batches received before this day are removed: no client can resend them.</param>
sealed record RetentionRule(
    IReadOnlyList<PendingDeletion> Deletions, DateOnly FirstDay, IReadOnlyDictionary<int, DateOnly> ByVersion,
    DateOnly FirstReceipt)
{
    /// <summary>The rule of a retention.</summary>
    public static RetentionRule Of(
        IReadOnlyList<PendingDeletion> deletions, Retention retention, DateOnly today, DateOnly firstReceipt)
    {
        var first = FirstOf(retention.Days);
        return new RetentionRule(
            deletions, first,
            retention.ByVersion.Where(one => FirstOf(one.Value) != first)
                .ToDictionary(one => one.Key, one => FirstOf(one.Value)),
            firstReceipt);

        DateOnly FirstOf(int days) => today.DayNumber > days ? today.AddDays(-days) : DateOnly.MinValue;
    }

    /// <summary>The first day of which no event is removed.</summary>
    public DateOnly FirstWholeDay => ByVersion.Values.Append(FirstDay).Max();

    /// <summary>The condition on a row <c>t</c> of a table of events that is kept.</summary>
    public string Keeps(Catalog catalog, string schema, string name) => string.Join(
        " AND ", EventScan.NotDeleted(catalog, schema, name, Deletions).Prepend(IsNotExpired));

    /// <summary>The condition on a row <c>t</c> of a table of events that is not past the retention.</summary>
    public string IsNotExpired => ByVersion.Count == 0
        ? NotBefore("t.\"time\"", FirstDay)
        : string.Create(CultureInfo.InvariantCulture, $"t.\"time\" >= make_timestamp_ns({FirstTime})");

    string FirstTime => "CASE t.\"manifest\" " + string.Concat(ByVersion.Select(one => string.Create(
        CultureInfo.InvariantCulture, $"WHEN {one.Key} THEN {UtcDay.Start(one.Value)} "))) +
        string.Create(CultureInfo.InvariantCulture, $"ELSE {UtcDay.Start(FirstDay)} END");

    /// <summary>The condition on a row <c>t</c> of the table of batches that is kept.</summary>
    public string KeepsBatch => NotBefore("t.received", FirstReceipt);

    static string NotBefore(string column, DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"{column} >= make_timestamp_ns({UtcDay.Start(day)})");
}
