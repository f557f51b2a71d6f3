// SPDX-License-Identifier: MIT
// The form of a foundation's review of what a project collects.

namespace Tallymark.Manifests;

/// <summary>Writes the form, with every answer that follows from a manifest and a blank for each that only people can give.</summary>
public static class ReviewForm
{
    /// <summary>CommonMark with tables, LF; every list of values in full.</summary>
    public static string Markdown(ToolManifest manifest) => new MarkdownReview(manifest).Write();
}
