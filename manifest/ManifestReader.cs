// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>Reads and checks manifests. Stateless, thread-safe; takes text and does no file IO.</summary>
public static class ManifestReader
{
    /// <summary>
    /// Reads and checks one manifest. Never throws because of the text: every mistake is a diagnostic with its
    /// position. Cost: one pass over the text, a few milliseconds for a manifest of a thousand lines.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static ManifestResult Read(string text) => ReadText(text, wasAccepted: false);

    /// <summary>
    /// The same for a manifest that a collector accepted before. Rules that came later are warnings: events of this
    /// version are stored, and more may be on their way.
    /// </summary>
    /// <exception cref="ArgumentNullException"><paramref name="text"/> is null.</exception>
    public static ManifestResult ReadAccepted(string text) => ReadText(text, wasAccepted: true);

    static ManifestResult ReadText(string text, bool wasAccepted)
    {
        if (text is null)
            throw new ArgumentNullException(nameof(text));

        // A byte order mark is not part of the text.
        text = text.TrimStart('\ufeff');
        var diagnostics = new DiagnosticBag(text, wasAccepted);
        var tree = YamlTree.Parse(text, diagnostics);
        var manifest = tree is null && diagnostics.HasErrors ? null : ReadTree(tree, diagnostics);
        return new ManifestResult(diagnostics.HasErrors ? null : manifest, diagnostics.Sorted());
    }

    static ToolManifest? ReadTree(YamlNode? tree, DiagnosticBag diagnostics)
    {
        if (tree is not MappingNode { Entries: { Count: > 0 } entries })
        {
            if (!diagnostics.HasErrors)
            {
                diagnostics.Add(DiagnosticKind.NotMapping, tree?.Line ?? 1, tree?.Column ?? 1,
                    "This file is not a manifest. Start with `tallymark: 1`, then write a line `key: value` for each "
                    + "key.");
            }

            return null;
        }

        var section = Section.Open(diagnostics, tree, entries[0].Key, SectionKeys.Manifest)!;
        var topLevel = new TopLevelReader(diagnostics, section);
        var lists = new ValueListReader(diagnostics, section);
        var fieldReader = new FieldReader(diagnostics, lists);
        var common = fieldReader.ReadAll(section.Named("fields"));
        var eventReader = new EventReader(diagnostics, fieldReader);
        var events = eventReader.Read(section, common);
        var datasets = new DatasetReader(diagnostics, common, events).Read(section);
        topLevel.CheckFormat();
        var retention = topLevel.RetentionDays();
        if (datasets.Count > 0)
            topLevel.CheckRetention(retention);
        var tool = topLevel.Tool();
        var manifest = new ToolManifest
        {
            Tool = tool,
            Title = topLevel.Title(tool),
            Command = topLevel.Command(tool),
            Version = topLevel.Version(),
            Purpose = section.Sentence("purpose"),
            Recipient = section.Sentence("recipient"),
            Endpoint = topLevel.Endpoint(),
            Repository = topLevel.Repository(),
            Contact = topLevel.Contact(),
            Time = topLevel.Time(),
            Rotation = topLevel.Rotation(),
            RetentionDays = retention,
            MaxPerDay = topLevel.MaxPerDay(),
            Storage = topLevel.Storage(),
            License = topLevel.License(),
            Consent = new ConsentReader(diagnostics).Read(section),
            Notice = new NoticeReader(diagnostics).Read(section),
            Lists = lists.All,
            Fields = Fields(common),
            Groups =
            [
                .. section.Named("groups").Select(group => new FieldGroup(
                    group.Key.Text, Fields(eventReader.Groups[group.Key.Text]))),
            ],
            Events =
            [
                .. events.Select(e => new Event
                {
                    Name = e.Name.Text,
                    Why = e.Why,
                    CountsDropped = e.CountsDropped,
                    FromPage = e.FromPage,
                    Groups = e.Groups,
                    Fields = Fields(e.Fields),
                }),
            ],
            Datasets = datasets,
        };

        // After an error the only use of a list or group may be in the part that could not be read.
        if (!diagnostics.HasErrors)
        {
            lists.CheckUsed();
            eventReader.CheckUsed(section);
            TimeAdvice.Check(diagnostics, manifest, section.KeyPosition("time"));
            GeneratedSize.Check(diagnostics, manifest, section.KeyPosition("events"));
        }

        return manifest;
    }

    static IReadOnlyList<Field> Fields(IReadOnlyList<ParsedField> fields) =>
        [.. fields.Select(f => f.Field).OfType<Field>()];
}

/// <summary>The result of <see cref="ManifestReader.Read"/>.</summary>
/// <param name="Manifest">The manifest; null if there is at least one error.</param>
/// <param name="Diagnostics">Errors and warnings by position, at most the first 1,000.</param>
public sealed record ManifestResult(ToolManifest? Manifest, IReadOnlyList<ManifestDiagnostic> Diagnostics);
