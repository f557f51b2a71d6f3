// SPDX-License-Identifier: MIT
// From a manifest's text to a checked manifest or to findings that say what to write instead.

namespace Tallymark.Manifests;

/// <summary>Reads manifests. Stateless and safe for any thread; takes text and touches no file.</summary>
public static class ManifestReader
{
    /// <summary>
    /// Reads and checks one manifest. Never throws for what the text says: every mistake is a finding with its place.
    /// Cost: one pass over the text, a few milliseconds for a manifest of a thousand lines.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static ManifestResult Read(string text)
    {
        if (text is null)
            throw new ArgumentNullException(nameof(text));

        // A mark at the file's very start says how it was stored and is no part of the text.
        text = text.TrimStart('\ufeff');
        var findings = new Findings(text);
        var tree = YamlTree.Parse(text, findings);
        var manifest = tree is null && findings.HasErrors ? null : ReadTree(tree, findings);
        return new ManifestResult(findings.HasErrors ? null : manifest, findings.Sorted());
    }

    static ToolManifest? ReadTree(YamlNode? tree, Findings findings)
    {
        if (tree is not MappingNode { Entries: { Count: > 0 } entries })
        {
            if (!findings.HasErrors)
            {
                findings.Add(Rule.NotMapping, tree?.Line ?? 1, tree?.Column ?? 1,
                    "This is not a manifest. Begin with `tallymark: 1`, then a line `key: value` for each key.");
            }

            return null;
        }

        var section = Section.Open(findings, tree, entries[0].Key, Keys.Manifest)!;
        var head = new HeadReader(findings, section);
        var lists = new ValueLists(findings, section);
        var fieldReader = new FieldReader(findings, lists);
        var common = fieldReader.ReadAll(section.Named("fields"));
        var eventReader = new EventReader(findings, fieldReader);
        var events = eventReader.Read(section, common);
        var datasets = new DatasetReader(findings, common, events).Read(section);
        head.CheckFormat();
        var tool = head.Tool();
        var manifest = new ToolManifest
        {
            Tool = tool,
            Title = head.Title(tool),
            Version = head.Version(),
            Purpose = section.Sentence("purpose"),
            Recipient = section.Sentence("recipient"),
            Endpoint = head.Endpoint(),
            Repository = head.Repository(),
            Contact = head.Contact(),
            Time = head.Time(),
            RetentionDays = head.RetentionDays(),
            Storage = head.Storage(),
            License = head.License(),
            Consent = new ConsentReader(findings).Read(section),
            Notice = head.Notice(),
            Lists = lists.All,
            Fields = Made(common),
            Events =
            [
                .. events.Select(e => new Event
                {
                    Name = e.Name.Text, Why = e.Why, CountsDropped = e.CountsDropped, Fields = Made(e.Fields),
                }),
            ],
            Datasets = datasets,
        };

        // With an error somewhere, what would use it may be what could not be read.
        if (!findings.HasErrors)
        {
            lists.CheckUsed();
            eventReader.CheckUsed(section);
        }

        return manifest;
    }

    static IReadOnlyList<Field> Made(IReadOnlyList<ReadField> fields) =>
        [.. fields.Select(f => f.Field).OfType<Field>()];
}

/// <summary>What reading gave.</summary>
/// <param name="Manifest">The manifest; null if there is at least one error.</param>
/// <param name="Diagnostics">All findings by place, at most the first 1,000.</param>
public sealed record ManifestResult(ToolManifest? Manifest, IReadOnlyList<Diagnostic> Diagnostics);
