// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Publish.Release;

/// <summary>The licence of published files, and the sources that they have to credit.</summary>
static class LicenseFile
{
    // docs/adr/0002-country-tables.md
    const string CountryData = "Country data: NRO, CC BY 4.0, through ip-location-db";

    /// <summary>The sources of a dataset besides the tool's own events; empty if there are none.</summary>
    public static IReadOnlyList<string> AttributionOf(Dataset dataset, ToolManifest manifest)
    {
        var types = DatasetGroup.ColumnsOf(dataset).Select(c => DatasetGroup.FieldOf(c, manifest)?.Type);
        return types.Contains(FieldType.Country) ? [CountryData] : [];
    }

    /// <summary>The text of <c>LICENSE.txt</c>.</summary>
    public static string TextFor(ToolManifest manifest)
    {
        var text = new StringBuilder();
        text.Append("The files in this folder contain usage statistics of ").Append(manifest.Title)
            .Append(". They are published by ")
            .Append(manifest.Recipient).Append(" under the licence ").Append(manifest.License)
            .Append(" (https://spdx.org/licenses/").Append(manifest.License).Append(".html).\n");
        if (manifest.Datasets.Any(d => AttributionOf(d, manifest).Count > 0))
            text.Append('\n').Append(CountryData).Append(".\n");
        return text.ToString();
    }
}
