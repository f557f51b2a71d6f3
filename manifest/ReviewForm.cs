// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// Writes the form with which a foundation reviews a project's data collection. The manifest supplies the answers;
/// answers that only people can give are left blank.
/// </summary>
public static class ReviewForm
{
    /// <summary>CommonMark with tables, LF; every list of values in full.</summary>
    public static string Markdown(ToolManifest manifest) => new MarkdownReviewForm(manifest).Write();
}
