// SPDX-License-Identifier: MIT
// The notice that users see before anything is collected, made from the manifest's own words.

using System.Text;

namespace Tallymark.Manifests;

/// <summary>Writes the notice.</summary>
public static class Notice
{
    const int Width = 76;

    /// <summary>
    /// The notice's text: what is collected and that it is anonymous, who receives it, every way to opt out (or in), where
    /// to read more and where to report a leak. Plain text, LF after each line, at most 76 columns unless one word is longer.
    /// </summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="distributor">Who distributes this build of the tool; null: it is not said.</param>
    public static string TextOf(ToolManifest manifest, string? distributor = null)
    {
        var text = new StringBuilder("Telemetry\n---------\n");
        foreach (var paragraph in Paragraphs(manifest, distributor))
            Wrap(text, paragraph);
        return text.ToString();
    }

    static IEnumerable<string> Paragraphs(ToolManifest manifest, string? distributor)
    {
        var title = manifest.Title;
        var purpose = manifest.Purpose.TrimEnd('.');
        if (manifest.Consent.DefaultOn)
        {
            yield return $"{title} collects anonymous usage data {purpose}.";
            yield return $"The data is received by {manifest.Recipient.TrimEnd('.')} and kept for {Days(manifest)}.";
        }
        else
        {
            yield return $"{title} can collect anonymous usage data {purpose}.";
            yield return $"It would be received by {manifest.Recipient.TrimEnd('.')} and kept for {Days(manifest)}.";
        }

        if (distributor is not null)
            yield return $"This build of {title} comes from {distributor.TrimEnd('.')}.";
        if (CarefulWith(manifest, f => f.Sensitivity.Personal) is { Length: > 0 } personal)
            yield return $"What could be personal in it: {personal}.";
        if (CarefulWith(manifest, f => f.Sensitivity.Sensitive) is { Length: > 0 } sensitive)
            yield return $"What could be sensitive in it: {sensitive}.";

        var off = Phrase.Join([.. OptOut.WaysOf(manifest)], "or");
        if (manifest.Consent.DefaultOn)
            yield return $"You can opt out by {off}.";
        else
        {
            yield return manifest.Notice.Channel == NoticeChannel.Page
                ? "Nothing is collected unless you switch it on, on this page."
                : $"Nothing is collected unless you switch it on: {manifest.Tool} telemetry on";
            yield return $"Once it is on, you can stop it for a while by {off}.";
        }

        if (manifest.Notice.Channel == NoticeChannel.Terminal)
            yield return "This run collects nothing.";
        yield return "";
        yield return $"Read more about {title} telemetry at {manifest.Notice.More}";
        yield return $"Report a suspected leak to {Phrase.Contact(manifest)}";
    }

    static string Days(ToolManifest manifest) =>
        manifest.RetentionDays == 1 ? "1 day" : $"{manifest.RetentionDays} days";

    static string CarefulWith(ToolManifest manifest, System.Func<Field, bool> isSo) =>
        string.Join(", ", manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields)).Where(isSo)
            .Select(f => f.Name).Distinct(System.StringComparer.Ordinal));

    static void Wrap(StringBuilder text, string paragraph)
    {
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > Width)
            {
                text.Append('\n');
                column = 0;
            }

            if (column > 0)
            {
                text.Append(' ');
                column++;
            }

            text.Append(word);
            column += word.Length;
        }

        text.Append('\n');
    }
}
