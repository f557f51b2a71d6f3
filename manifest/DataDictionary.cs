// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// Writes a tool's data dictionary: every field that may be collected, and why, whether it is published or not.
/// </summary>
public static class DataDictionary
{
    /// <summary>
    /// For people: CommonMark with tables, LF. Lists of more than 20 values are complete, in a collapsed block.
    /// </summary>
    public static string Markdown(ToolManifest manifest) => new DictionaryMarkdown(manifest).Write();

    /// <summary>
    /// For programs: one JSON object, indented, LF; every list in full. Members: <c>spec/published.md</c>,
    /// "Dictionary".
    /// </summary>
    public static string Json(ToolManifest manifest) => new DictionaryJson(manifest).Write();
}
