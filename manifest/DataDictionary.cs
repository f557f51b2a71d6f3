// SPDX-License-Identifier: MIT
// The data dictionary: everything that may be collected and why, for people and for programs.

namespace Tallymark.Manifests;

/// <summary>Writes the data dictionary, published or not, of a whole manifest.</summary>
public static class DataDictionary
{
    /// <summary>For people: CommonMark with tables, LF. Lists of more than 20 values are folded and complete.</summary>
    public static string Markdown(ToolManifest manifest) => new MarkdownDictionary(manifest).Write();

    /// <summary>
    /// For programs: one JSON object, indented, LF; every list in full. Members: <c>spec/published.md</c>,
    /// "Dictionary".
    /// </summary>
    public static string Json(ToolManifest manifest) => new JsonDictionary(manifest).Write();
}
