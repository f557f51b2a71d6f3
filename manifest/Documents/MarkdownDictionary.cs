// SPDX-License-Identifier: MIT
// The data dictionary as a page that people read.

using System.Text;
using static Tallymark.Manifests.Documents.MarkdownText;

namespace Tallymark.Manifests.Documents;

sealed class MarkdownDictionary(ToolManifest manifest)
{
    // A longer list would push the rest of its row off the screen.
    const int MostInline = 20;

    readonly StringBuilder _text = new();

    public string Write()
    {
        WriteHead();
        WriteOptOut();
        if (manifest.Fields.Count > 0)
        {
            Line("## Fields of every event");
            Line();
            WriteFields("", manifest.Fields);
        }

        Line("## Events");
        Line();
        Line("Every event also carries its name, its time and its status (`success`, `failure` or `unknown`).");
        Line();
        foreach (var e in manifest.Events)
        {
            Line($"### {e.Name}");
            Line();
            Line(Escape(e.Why));
            Line();
            WriteFields(e.Name, e.Fields);
        }

        Line("Review: whether it could be personal, an identifier that tells users apart, or end-user, business or "
            + "otherwise sensitive data.");
        Line();
        WriteLists();
        WriteDatasets();
        return _text.ToString().TrimEnd('\n') + "\n";
    }

    void WriteHead()
    {
        Line($"# {Escape(manifest.Title)}: data dictionary");
        Line();
        var collects = manifest.Consent.DefaultOn ? "collects" : "can collect";
        Line($"{Escape(manifest.Title)} {collects} anonymous usage data {Escape(manifest.Purpose.TrimEnd('.'))}.");
        Line("This page lists all that may be collected. It is made from the tool's manifest; "
            + "what does not stand here can't be sent.");
        Line();
        Line("| | |");
        Line("|---|---|");
        Row("Received by", Escape(manifest.Recipient));
        Row("Sent to", Code(manifest.Endpoint));
        Row("Kept for", Count(manifest.RetentionDays, "day"));
        Row("Time of an event", "as fine as a " + manifest.Time.ToString().ToLowerInvariant());
        Row("Collected", manifest.Consent.DefaultOn ? "unless switched off" : "only when switched on");
        Row("Report a suspected leak to", Code(Phrase.Contact(manifest)));
        Row("Source", Code(manifest.Repository));
        Row("Read more", Code(manifest.Notice.More));
        Row("Licence of what is published", Code(manifest.License));
        Row("Version of the manifest", manifest.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Line();
    }

    void WriteOptOut()
    {
        Line("## How to switch it off");
        Line();
        foreach (var way in OptOut.WaysOf(manifest))
            Line("- " + Escape(way));
        Line();
    }

    void WriteFields(string owner, IReadOnlyList<Field> fields)
    {
        if (fields.Count == 0)
        {
            Line("No fields of its own.");
            Line();
            return;
        }

        Line("| field | type | carries | why | example | published | filled by | review |");
        Line("|---|---|---|---|---|---|---|---|");
        foreach (var field in fields)
        {
            Row(Code(field.Name), Phrase.TypeOf(field), Phrase.Carries(field) + Values(field),
                Escape(field.Why) + Until(field),
                Code(field.Example), field.Published ? "yes" : "no", Phrase.FilledBy(field), Review(field.Sensitivity));
        }

        Line();
        foreach (var field in fields.Where(f => f.List is null && f.Values.Count > MostInline))
            Fold($"Values of {(owner.Length > 0 ? owner + "." : "")}{field.Name}", field.Values);
    }

    void WriteLists()
    {
        if (manifest.Lists.Count == 0)
            return;
        Line("## Lists");
        Line();
        foreach (var list in manifest.Lists)
            Fold(list.Name, list.Values);
    }

    void WriteDatasets()
    {
        if (manifest.Datasets.Count == 0)
            return;
        Line("## What is published");
        Line();
        foreach (var dataset in manifest.Datasets)
        {
            Line($"### {Escape(dataset.Title)}");
            Line();
            var events = dataset.Events.Count == 1 ? "event" : "events";
            Line($"Dataset `{dataset.Name}`, over the {events} {Phrase.Join([.. dataset.Events.Select(Code)], "and")}. "
                + $"A row stands for at least {dataset.Minimum} installations.");
            Line();
            Line("| column | shows |");
            Line("|---|---|");
            foreach (var column in dataset.Columns)
                Row(Code(column.Name), Shows(column));
            Line();
        }
    }

    static string Shows(DatasetColumn column) => column.From switch
    {
        ColumnSource.Day => "the day (UTC)",
        ColumnSource.Occurrences => "how many events",
        ColumnSource.Event => "the event's name",
        ColumnSource.Status => "`success`, `failure` or `unknown`",
        _ => $"the field `{column.Field}`",
    };

    static string Values(Field field) =>
        field.List is not null ? $" Values: the list `{field.List}` below."
        : field.Values.Count > MostInline ? $" {field.Values.Count} values, below."
        : field.Values.Count > 0 ? " Values: " + string.Join(", ", field.Values.Select(Code)) + "."
        : "";

    static string Until(Field field) => field.Until is null ? "" : $" Collected until {field.Until}.";

    static string Review(Sensitivity answers)
    {
        var could = new List<string>();
        if (answers.Personal)
            could.Add("could be personal");
        if (answers.Identifier)
            could.Add("an identifier");
        if (answers.Sensitive)
            could.Add("could be sensitive");
        return could.Count == 0 ? "none" : string.Join(", ", could);
    }

    void Fold(string title, IReadOnlyList<string> values)
    {
        Line($"<details><summary>{title}: {Count(values.Count, "value")}</summary>");
        Line();
        Line(string.Join(", ", values.Select(Code)));
        Line();
        Line("</details>");
        Line();
    }

    static string Count(int count, string what) => count == 1 ? "1 " + what : $"{count} {what}s";

    void Row(params string[] cells) => Line("| " + string.Join(" | ", cells) + " |");

    void Line(string text = "") => _text.Append(text).Append('\n');
}
