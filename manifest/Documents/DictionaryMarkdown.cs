// SPDX-License-Identifier: MIT

using System.Text;
using static Tallymark.Manifests.Documents.Markdown;

namespace Tallymark.Manifests.Documents;

/// <summary>Writes the data dictionary as a page for people.</summary>
sealed class DictionaryMarkdown(ToolManifest manifest)
{
    // A longer list would push the rest of its row off the screen.
    const int MaxInlineValues = 20;

    readonly StringBuilder _text = new();

    public string Write()
    {
        WriteTool();
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

        Line("The column \"review\" says whether the field could be personal data, an identifier of a user or "
            + "installation, or sensitive data of users or businesses.");
        Line();
        WriteLists();
        WriteDatasets();
        return _text.ToString().TrimEnd('\n') + "\n";
    }

    void WriteTool()
    {
        Line($"# {Escape(manifest.Title)}: data dictionary");
        Line();
        var collects = manifest.Consent.DefaultOn ? "collects" : "can collect";
        Line($"{Escape(manifest.Title)} {collects} anonymous usage data {Escape(manifest.Purpose.TrimEnd('.'))}.");
        Line("This page lists everything that may be collected. It is generated from the tool's manifest; "
            + "the tool can't send anything else.");
        Line();
        Line("| | |");
        Line("|---|---|");
        Row("Received by", Escape(manifest.Recipient));
        Row("Sent to", Code(manifest.Endpoint));
        Row("Kept for", Prose.Count(manifest.RetentionDays, "day"));
        Row("Counted of one installation", $"at most {Prose.Count(manifest.MaxPerDay, "event")} of one kind a day");
        Row("Id of an installation", Rotation(manifest.Rotation));
        Row("Precision of times", "to the " + manifest.Time.ToString().ToLowerInvariant());
        Row("Collected", manifest.Consent.DefaultOn ? "unless switched off" : "only if switched on");
        Row("Report a suspected leak to", Code(Prose.Contact(manifest)));
        Row("Source", Code(manifest.Repository));
        Row("Read more", Code(manifest.Notice.More));
        Row("Licence of published data", Code(manifest.License));
        Row("Version of the manifest", manifest.Version.ToString(System.Globalization.CultureInfo.InvariantCulture));
        Line();
    }

    void WriteOptOut()
    {
        Line("## How to switch it off");
        Line();
        foreach (var method in OptOutMethods.Of(manifest))
            Line("- " + Escape(method));
        Line();
    }

    void WriteFields(string owner, IReadOnlyList<Field> fields)
    {
        if (fields.Count == 0)
        {
            Line("This event has no fields of its own.");
            Line();
            return;
        }

        Line("| field | type | carries | why | example | published | filled by | review |");
        Line("|---|---|---|---|---|---|---|---|");
        foreach (var field in fields)
        {
            Row(Code(field.Name), FieldProse.TypeOf(field), FieldProse.Carries(field) + Values(field),
                Escape(field.Why) + Until(field),
                Code(field.Example), field.Published ? "yes" : "no", FieldProse.FilledBy(field),
                Review(field.Sensitivity));
        }

        Line();
        foreach (var field in fields.Where(f => f.List is null && f.Values.Count > MaxInlineValues))
            Collapsed($"Values of {(owner.Length > 0 ? owner + "." : "")}{field.Name}", field.Values);
    }

    void WriteLists()
    {
        if (manifest.Lists.Count == 0)
            return;
        Line("## Lists");
        Line();
        foreach (var list in manifest.Lists)
            Collapsed(list.Name, list.Values);
    }

    void WriteDatasets()
    {
        if (manifest.Datasets.Count == 0)
            return;
        Line("## What is published");
        Line();
        Line("A published row is a day, some values and a number of events. A row with too few installations is merged "
            + "with others, so a row tells what many users did. That does not hide a user from someone who knows what "
            + "all others in the row did, or who sends events of invented installations. Numbers are exact, without "
            + "noise. A published file never changes, so a deletion does not reach it.");
        Line();
        foreach (var dataset in manifest.Datasets)
        {
            Line($"### {Escape(dataset.Title)}");
            Line();
            var events = dataset.Events.Count == 1 ? "event" : "events";
            Line($"Dataset `{dataset.Name}`, over the {events} {Prose.Join([.. dataset.Events.Select(Code)], "and")}. "
                + $"Each row covers at least {dataset.Minimum} installations.");
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
        ColumnSource.Day when column.Form == DayForm.MonthDayYear =>
            $"the day (UTC), as `{DayForms.NameOf(column.Form)}`",
        ColumnSource.Day => "the day (UTC)",
        ColumnSource.Occurrences => "the number of events",
        ColumnSource.Event => "the event's name",
        ColumnSource.Status => "`success`, `failure` or `unknown`",
        _ => $"the field `{column.Field}`",
    };

    static string Values(Field field) =>
        field.List is not null ? $" Values: the list `{field.List}` below."
        : field.Values.Count > MaxInlineValues ? $" {field.Values.Count} values, below."
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

    void Collapsed(string title, IReadOnlyList<string> values)
    {
        Line($"<details><summary>{title}: {Prose.Count(values.Count, "value")}</summary>");
        Line();
        Line(string.Join(", ", values.Select(Code)));
        Line();
        Line("</details>");
        Line();
    }

    void Row(params string[] cells) => Line("| " + string.Join(" | ", cells) + " |");

    void Line(string text = "") => _text.Append(text).Append('\n');

    static string Rotation(IdentityRotation rotation) => rotation == IdentityRotation.Never
        ? "kept until telemetry is switched off or the data is deleted"
        : $"a new one each {rotation.ToString().ToLowerInvariant()}, which nothing links to the one before";
}
