// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Manifests;

/// <summary>Writes the text of the notice that users see before anything is collected.</summary>
public static class NoticeText
{
    const int MaxColumns = 76;

    /// <summary>
    /// The text of the notice: what is collected and that it is anonymous, who receives it, every way to opt out (or
    /// in), where to read more and where to report a leak. Plain text, LF after each line, at most 76 columns unless
    /// one word is longer.
    /// </summary>
    /// <param name="manifest">The manifest.</param>
    /// <param name="distributor">The distributor of this build of the tool; null: the notice names none.</param>
    public static string Of(ToolManifest manifest, string? distributor = null)
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
        var recipient = manifest.Recipient.TrimEnd('.');
        var retention = Prose.Count(manifest.RetentionDays, "day");
        if (manifest.Consent.DefaultOn)
        {
            yield return $"{title} collects anonymous usage data {purpose}.";
            yield return $"The data is received by {recipient} and kept for {retention}.";
        }
        else
        {
            yield return $"{title} can collect anonymous usage data {purpose}.";
            yield return $"The data would be received by {recipient} and kept for {retention}.";
        }

        if (distributor is not null)
            yield return $"This build of {title} comes from {distributor.TrimEnd('.')}.";
        if (NamesOf(manifest, f => f.Sensitivity.Personal) is { Length: > 0 } personal)
            yield return $"Data that could be personal: {personal}.";
        if (NamesOf(manifest, f => f.Sensitivity.Sensitive) is { Length: > 0 } sensitive)
            yield return $"Data that could be sensitive: {sensitive}.";

        var off = Prose.Join([.. OptOutMethods.Of(manifest)], "or");
        if (manifest.Consent.DefaultOn)
            yield return $"You can opt out by {off}.";
        else
        {
            yield return manifest.Notice.Channel == NoticeChannel.Page
                ? "Nothing is collected unless you switch it on, on this page."
                : $"Nothing is collected unless you switch it on: {manifest.Tool} telemetry on";
            yield return $"Once it is on, you can pause it by {off}.";
        }

        if (manifest.Notice.Channel == NoticeChannel.Terminal)
            yield return "This run collects nothing.";
        yield return "";
        yield return $"Read more about {title} telemetry at {manifest.Notice.More}";
        yield return $"Report a suspected leak to {Prose.Contact(manifest)}";
    }

    static string NamesOf(ToolManifest manifest, Func<Field, bool> matches) =>
        string.Join(", ", manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields)).Where(matches)
            .Select(f => f.Name).Distinct(StringComparer.Ordinal));

    static void Wrap(StringBuilder text, string paragraph)
    {
        var column = 0;
        foreach (var word in paragraph.Split(' '))
        {
            if (column > 0 && column + 1 + word.Length > MaxColumns)
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
