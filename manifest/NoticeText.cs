// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Manifests;

/// <summary>Writes the text of the notice that users see before anything is collected.</summary>
public static class NoticeText
{
    const int MaxColumns = 76;

    // True for every manifest, because no type carries free text (spec/manifest.md, "Fields").
    const string NotOnAList = "paths or command-line arguments, other than those on a public list.";

    /// <summary>
    /// The text of the notice: what is collected and that it is anonymous, what it never contains, who receives it,
    /// whether counts are published, every way to opt out (or in), where to read more and where to report a leak. Plain
    /// text, LF after each line, at most 76 columns unless one word is longer.
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

    /// <summary>
    /// The text for a banner on a web page: each paragraph is one line, without a heading. A person there can turn
    /// telemetry off for their device; the operator of the server can do so for everyone. The contact, and where to
    /// read more if that is a URL, are links that the page adds.
    /// </summary>
    /// <inheritdoc cref="Of" path="/param"/>
    public static string OfPage(ToolManifest manifest, string? distributor = null)
    {
        var paragraphs = Collected(manifest, distributor).ToList();
        var off = Prose.Join([.. OptOutMethods.Of(manifest)], "or");
        paragraphs.Add("You can turn it off for this device on this page. The operator of this server can turn it off "
            + $"for everyone by {off}.");
        if (!Uri.TryCreate(manifest.Notice.More, UriKind.Absolute, out _))
            paragraphs.Add(ReadMore(manifest));
        return string.Concat(paragraphs.Select(paragraph => paragraph + "\n"));
    }

    static IEnumerable<string> Paragraphs(ToolManifest manifest, string? distributor)
    {
        foreach (var paragraph in Collected(manifest, distributor))
            yield return paragraph;
        if (manifest.Consent.DefaultOn)
            yield return $"You can opt out by {Prose.Join([.. OptOutMethods.Of(manifest)], "or")}.";
        else
        {
            yield return manifest.Notice.IsOnlyOn(NoticeChannel.Page)
                ? "Nothing is collected unless you switch it on, on this page."
                : $"Nothing is collected unless you switch it on: {manifest.Command} telemetry on";
            yield return $"Once it is on, you can pause it by {Prose.Join([.. OptOutMethods.Muting(manifest)], "or")}.";
        }

        if (manifest.Notice.IsOnlyOn(NoticeChannel.Terminal))
            yield return "This run collects nothing.";
        yield return "";
        yield return ReadMore(manifest);
        yield return $"Report a suspected leak to {Prose.Contact(manifest)}";
    }

    static string ReadMore(ToolManifest manifest) =>
        $"Read more about {manifest.Title} telemetry at {Prose.Address(manifest, manifest.Notice.More)}";

    static IEnumerable<string> Collected(ToolManifest manifest, string? distributor)
    {
        var title = manifest.Title;
        var purpose = manifest.Purpose.TrimEnd('.');
        var recipient = manifest.Recipient.TrimEnd('.');
        var retention = Prose.Count(manifest.RetentionDays, "day");
        if (manifest.Consent.DefaultOn)
        {
            yield return $"{title} collects anonymous usage data {purpose}.";
            yield return $"The data is received by {recipient} and kept for {retention}. It does not include names, "
                + NotOnAList;
        }
        else
        {
            yield return $"{title} can collect anonymous usage data {purpose}.";
            yield return $"The data would be received by {recipient} and kept for {retention}. It would not include "
                + "names, " + NotOnAList;
        }

        if (manifest.Datasets.Count > 0)
        {
            var shared = manifest.Consent.DefaultOn ? "are" : "would be";
            yield return $"Aggregated counts {shared} shared with the community under {manifest.License}.";
        }

        if (distributor is not null)
            yield return $"This build of {title} comes from {distributor.TrimEnd('.')}.";
        if (NamesOf(manifest, f => f.Sensitivity.Personal) is { Length: > 0 } personal)
            yield return $"Data that could be personal: {personal}.";
        if (NamesOf(manifest, f => f.Sensitivity.Sensitive) is { Length: > 0 } sensitive)
            yield return $"Data that could be sensitive: {sensitive}.";
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
