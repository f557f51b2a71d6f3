// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Publish.Release;

/// <summary>The licence of published files, and the sources that they have to credit.</summary>
static class LicenseFile
{
    // docs/adr/0002-country-tables.md
    const string CountryData = "Country data: NRO, CC BY 4.0, through ip-location-db";

    /// <summary>The sources of a dataset besides the tool's own events; empty if there are none.</summary>
    public static IReadOnlyList<string> AttributionOf(PeriodDataset dataset) =>
        dataset.Columns.Any(c => c.Type == FieldTypes.NameOf(FieldType.Country)) ? [CountryData] : [];

    /// <summary>The text of <c>LICENSE.txt</c>.</summary>
    /// <param name="manifests">The versions of the tool's manifest, ascending.</param>
    public static string TextFor(IReadOnlyList<ToolManifest> manifests)
    {
        var manifest = manifests[^1];
        var text = new StringBuilder();
        text.Append("The files in this folder contain usage statistics of ").Append(manifest.Title)
            .Append(". They are published by ")
            .Append(manifest.Recipient).Append(" under the licence ").Append(manifest.License)
            .Append(" (https://spdx.org/licenses/").Append(manifest.License).Append(".html).\n");
        if (manifests.Any(HasCountries))
            text.Append('\n').Append(CountryData).Append(".\n");
        return text.ToString();
    }

    static bool HasCountries(ToolManifest manifest) => manifest.Datasets.SelectMany(DatasetGroup.ColumnsOf)
        .Any(column => DatasetGroup.FieldOf(column, manifest)?.Type == FieldType.Country);
}
