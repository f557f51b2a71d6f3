// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.DuckDb.Parts;

/// <summary>Decides which rows are kept when a part is rewritten, as SQL conditions.</summary>
/// <param name="Deletions">Rows of these pending deletions are removed.</param>
/// <param name="FirstDay">Events of earlier days are removed.</param>
/// <param name="FirstReceipt">Ids of batches received before this day are removed: no client can resend them.</param>
sealed record RetentionRule(IReadOnlyList<PendingDeletion> Deletions, DateOnly FirstDay, DateOnly FirstReceipt)
{
    /// <summary>The condition on a row <c>t</c> of a table of events that is kept.</summary>
    public string Keeps(Catalog catalog, string schema, string name) => string.Join(
        " AND ", EventScan.NotDeleted(catalog, schema, name, Deletions).Prepend(IsNotExpired));

    /// <summary>The condition on a row <c>t</c> of a table of events that is not past the retention.</summary>
    public string IsNotExpired => NotBefore("t.\"time\"", FirstDay);

    /// <summary>The condition on a row <c>t</c> of the table of batches that is kept.</summary>
    public string KeepsBatch => NotBefore("t.received", FirstReceipt);

    static string NotBefore(string column, DateOnly day) =>
        string.Create(CultureInfo.InvariantCulture, $"{column} >= make_timestamp_ns({UtcDay.Start(day)})");
}
