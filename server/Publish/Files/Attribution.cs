// SPDX-License-Identifier: MIT
// Under which licence the files stand, and whom they owe.

using System.Text;

namespace Tallymark.Publish.Files;

static class Attribution
{
    // docs/adr/0002-country-tables.md
    const string Countries = "Country data: NRO, CC BY 4.0, through ip-location-db";

    /// <summary>Whose work is in a dataset besides the tool's own; empty: nobody's.</summary>
    public static IReadOnlyList<string> Of(Dataset dataset, ToolManifest manifest) =>
        DatasetGroup.ColumnsOf(dataset).Any(c => DatasetGroup.FieldOf(c, manifest)?.Type == FieldType.Country) ? [Countries] : [];

    /// <summary>The text of <c>LICENSE.txt</c>.</summary>
    public static string Text(ToolManifest manifest)
    {
        var text = new StringBuilder();
        text.Append("The files in this folder count uses of ").Append(manifest.Title).Append(". They are published by ")
            .Append(manifest.Recipient).Append(" under the licence ").Append(manifest.License)
            .Append(" (https://spdx.org/licenses/").Append(manifest.License).Append(".html).\n");
        if (manifest.Datasets.Any(d => Of(d, manifest).Count > 0))
            text.Append('\n').Append(Countries).Append(".\n");
        return text.ToString();
    }
}
