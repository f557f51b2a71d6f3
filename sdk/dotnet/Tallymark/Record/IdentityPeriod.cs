// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Tallymark.Record;

/// <summary>
/// The calendar month, quarter or year (UTC) in which an installation keeps its id: <c>2026-11</c>, <c>2026-q4</c>,
/// <c>2026</c>. The name is in the secret's file and at the start of the names of spool files, so that no batch has
/// events of two ids. Only used by tools whose ids rotate.
/// </summary>
static class IdentityPeriod
{
    /// <summary>The name of the period of this moment; empty if ids do not rotate.</summary>
    internal static string NameAt(DateTime now, IdentityRotation rotation)
    {
        var year = now.Year.ToString("0000", CultureInfo.InvariantCulture);
        return rotation switch
        {
            IdentityRotation.Month => year + "-" + now.Month.ToString("00", CultureInfo.InvariantCulture),
            IdentityRotation.Quarter => year + "-q" + ((now.Month + 2) / 3).ToString(CultureInfo.InvariantCulture),
            IdentityRotation.Year => year,
            _ => "",
        };
    }

    /// <summary>The first moment after the period of this moment; default if ids do not rotate.</summary>
    internal static DateTime EndAt(DateTime now, IdentityRotation rotation)
    {
        var months = rotation switch
        {
            IdentityRotation.Month => 1,
            IdentityRotation.Quarter => 3,
            IdentityRotation.Year => 12,
            _ => 0,
        };
        if (months == 0 || now.Year == DateTime.MaxValue.Year)
            return default;
        var first = (now.Month - 1) / months * months + 1;
        return new DateTime(now.Year, first, 1, 0, 0, 0, DateTimeKind.Utc).AddMonths(months);
    }

    /// <summary>The period in the name of a spool file; empty if it has none.</summary>
    internal static string OfFile(string path)
    {
        var name = Path.GetFileName(path);
        var end = name.LastIndexOf('-');
        return end < 0 ? "" : name[..end];
    }
}
