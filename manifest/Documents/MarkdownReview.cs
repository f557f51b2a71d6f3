// SPDX-License-Identifier: MIT
// The review's form as a page: its questions in their order, answered from the manifest and from what Tallymark does.

using System.Text;
using static Tallymark.Manifests.Documents.MarkdownText;

namespace Tallymark.Manifests.Documents;

/// <summary>The questions are those of the review that MLflow went through; what a manifest can't know is left blank, and says so.</summary>
sealed class MarkdownReview(ToolManifest manifest)
{
    const string Blank = "(for the project to fill in)";

    readonly StringBuilder _text = new();

    public string Write()
    {
        Line($"# Review of telemetry data collection and usage: {Escape(manifest.Title)}");
        Line();
        Line($"Made from version {manifest.Version} of the manifest. Completed by: {Blank}. Date: {Blank}.");
        Line();
        WriteElements();
        WriteMetadata();
        WriteNotification();
        WriteStorage();
        WriteSecurity();
        WriteChanges();
        return _text.ToString();
    }

    void WriteElements()
    {
        Line("## 1. Specific data proposed to be collected");
        Line();
        Row("Data element", "Could be personal info?", "Could be tracking or unique identifier?",
            "Could be end-user / sensitive / business data?", "Notes");
        Line("|---|---|---|---|---|");
        Row("name of the event", "No", "No", "No", "Which of the events below it is.");
        Row("time of the event", "No", "No", "No", $"As fine as a {manifest.Time.ToString().ToLowerInvariant()}.");
        Row("status of the event", "No", "No", "No", "`success`, `failure` or `unknown`.");
        foreach (var field in Distinct())
        {
            var could = field.Sensitivity;
            var until = field.Until is null ? "" : $" Collected until {field.Until}.";
            Row(Code(field.Name), Answer(could.Personal), Answer(could.Identifier), Answer(could.Sensitive),
                $"{Phrase.Carries(field)} {Escape(field.Why)}{until}");
        }

        Line();
    }

    void WriteMetadata()
    {
        Line("Metadata of the events, beside what stands in the table above for all of them:");
        Line();
        Row("Event", "Data element", "Type", "Possible values");
        Line("|---|---|---|---|");
        foreach (var e in manifest.Events)
        {
            foreach (var field in e.Fields)
                Row(Code(e.Name), Code(field.Name), Phrase.TypeOf(field), Values(field));
            Row(Code(e.Name), "status", "enum", "`success`, `failure`, `unknown`");
        }

        Line();
        Line($"Public documentation of this data: {manifest.Notice.More}");
        Line();
    }

    void WriteNotification()
    {
        Line("## 2. User notification and opt-in");
        Line();
        Line("**How are users notified that telemetry will be collected, and which data elements?** " + Shown());
        Line();
        foreach (var line in Notice.TextOf(manifest).TrimEnd('\n').Split('\n'))
            Line("> " + line);
        Line();
        Line($"Its address: {manifest.Notice.More}");
        Line();
        Line($"`{manifest.Tool} telemetry show` tells every element, why it is collected, an example, and where to report a leak: "
            + $"{Phrase.Contact(manifest)}. The source: {manifest.Repository}");
        Line();
        Line("**Is it only collected if the user voluntarily opts into collection?** " + (manifest.Consent.DefaultOn
            ? "No: it is collected unless the user opts out." : "Yes: nothing is collected unless the user opts in."));
        foreach (var way in OptOut.WaysOf(manifest))
            Line("- off by " + Escape(way));
        Line($"- `{manifest.Tool} telemetry off`, which also removes what was not sent");
        Line();
        Line("**Is the user able to share certain data elements, but not others?** "
            + $"Yes: `{manifest.Tool} telemetry withhold FIELD` and `share FIELD`, for each of the fields above.");
        Line();
        Line("**What happens in a fully automated installation?** Nothing is collected on a build server (an environment variable shows it), "
            + "and nowhere before the notice has been seen.");
        Line();
    }

    void WriteStorage()
    {
        Line("## 3. Storage and use of collected data");
        Line();
        Line($"**Where is it collected and stored?** Received by {Escape(manifest.Recipient)} at `{manifest.Endpoint}`, kept for "
            + $"{manifest.RetentionDays} days. It is stored on {(manifest.Storage is null ? Blank : Escape(manifest.Storage.Where.TrimEnd('.')))}.");
        Line();
        Line("**Who administers and has access to the servers?** "
            + (manifest.Storage is null ? $"{Blank}." : Escape(Capital(manifest.Storage.Administrators.TrimEnd('.'))) + ".")
            + " Who administers them can read their files.");
        Line();
        Line("**Are all participants permitted to view and use it?** " + (manifest.Datasets.Count == 0
            ? "Nothing is published. "
            : $"Everybody, what is published, under {manifest.License}: "
                + string.Join("; ", manifest.Datasets.Select(d => Escape(d.Title) + $", at least {d.Minimum} installations a row")) + ". ")
            + "The events themselves can be read by every maintainer, all of them with the same access, each with a token of their own, "
            + "and each reading is noted; by nobody else.");
        Line();
    }

    void WriteSecurity()
    {
        Line("## 4. Security mechanisms");
        Line();
        Line("**Can an organisation block the collection even if one of its people approves it?** Yes: a line in the machine's policy file, "
            + $"`{manifest.Tool} off`, or `* off` for every such tool. It stands above every choice of a user.");
        Line();
        Line("**Does it open up security vulnerabilities?** No executable or untrusted code is ever received; data goes to the one address above, encrypted.");
        Line();
    }

    void WriteChanges()
    {
        Line("## 5. Future changes");
        Line();
        Line("A manifest with a wider scope shows each user the difference; until it has been seen, only what was agreed to is recorded. "
            + $"The scope of this form is `{Scope.IdOf(manifest)}`.");
        Line();
        Line($"Report a suspected leak to {Phrase.Contact(manifest)}");
    }

    string Shown() => manifest.Notice.Channel switch
    {
        NoticeChannel.Terminal => "The tool shows this notice on a terminal, in a run that collects nothing:",
        NoticeChannel.Setup => "The set-up shows this notice, before anything is collected:",
        NoticeChannel.Page => "A page of the server shows this notice, before anything is collected:",
        _ => "This notice stands in the documentation:",
    };

    /// <summary>One line a field name: one name is one type in the whole manifest.</summary>
    IEnumerable<Field> Distinct() => manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields))
        .GroupBy(f => f.Name, System.StringComparer.Ordinal).Select(same => same.First());

    static string Values(Field field) => field.Type switch
    {
        FieldType.Enum or FieldType.EnumSet => Listed(field, "other"),
        FieldType.UriScheme => Listed(field, "custom_scheme", "none"),
        FieldType.Boolean => "`true`, `false`",
        _ => Phrase.Carries(field),
    };

    static string Listed(Field field, params string[] always) => string.Join(", ", field.Values.Concat(always).Select(Code));

    static string Capital(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);

    static string Answer(bool could) => could ? "Yes" : "No";

    void Row(params string[] cells) => Line("| " + string.Join(" | ", cells) + " |");

    void Line(string text = "") => _text.Append(text).Append('\n');
}
