// SPDX-License-Identifier: MIT

using System.Text;
using static Tallymark.Manifests.Documents.Markdown;

namespace Tallymark.Manifests.Review;

/// <summary>
/// Writes the review form as a page. It asks the questions of the foundation review that MLflow passed, in their order,
/// and answers them from the manifest and from the behaviour of Tallymark. Answers that a manifest can't give are
/// marked as blank.
/// </summary>
sealed class MarkdownReviewForm(ToolManifest manifest)
{
    const string Blank = "(for the project to fill in)";

    readonly StringBuilder _text = new();

    public string Write()
    {
        Line($"# Review of telemetry data collection and usage: {Escape(manifest.Title)}");
        Line();
        Line($"Generated from version {manifest.Version} of the manifest. Completed by: {Blank}. Date: {Blank}.");
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
        Row("name of the event", "No", "No", "No", "One of the events below.");
        Row("time of the event", "No", "No", "No", $"To the {manifest.Time.ToString().ToLowerInvariant()}.");
        Row("status of the event", "No", "No", "No", "`success`, `failure` or `unknown`.");
        foreach (var field in DistinctFields())
        {
            var could = field.Sensitivity;
            var until = field.Until is null ? "" : $" Collected until {field.Until}.";
            Row(Code(field.Name), Answer(could.Personal), Answer(could.Identifier), Answer(could.Sensitive),
                $"{FieldProse.Carries(field)} {Escape(field.Why)}{until}");
        }

        Line();
    }

    void WriteMetadata()
    {
        Line("Metadata of each event, in addition to the elements above that every event has:");
        Line();
        Row("Event", "Data element", "Type", "Possible values");
        Line("|---|---|---|---|");
        foreach (var e in manifest.Events)
        {
            foreach (var field in e.Fields)
                Row(Code(e.Name), Code(field.Name), FieldProse.TypeOf(field), Values(field));
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
        Line("**How are users notified that telemetry will be collected, and which data elements?** "
            + NoticeChannelAnswer());
        Line();
        foreach (var line in NoticeText.Of(manifest).TrimEnd('\n').Split('\n'))
            Line("> " + line);
        Line();
        Line($"Link in the notice: {manifest.Notice.More}");
        Line();
        Line($"`{manifest.Tool} telemetry show` lists every element, why it is collected, an example, and where to "
            + $"report a leak: {Prose.Contact(manifest)}. Source code: {manifest.Repository}");
        Line();
        Line("**Is it only collected if the user voluntarily opts into collection?** " + (manifest.Consent.DefaultOn
            ? "No: it is collected unless the user opts out. Users can opt out by:"
            : "Yes: nothing is collected unless the user opts in. Users who opted in can opt out by:"));
        foreach (var method in OptOutMethods.Of(manifest))
            Line("- " + Escape(method));
        Line($"- running `{manifest.Tool} telemetry off`, which also deletes all data that was not sent yet");
        Line();
        Line("**Is the user able to share certain data elements, but not others?** "
            + $"Yes: with `{manifest.Tool} telemetry withhold FIELD` and `share FIELD`, for each of the fields above.");
        Line();
        Line("**What happens in a fully automated installation?** Nothing is collected on a build server, which an "
            + "environment variable identifies, and nothing is collected anywhere before a user has seen the notice.");
        Line();
    }

    void WriteStorage()
    {
        Line("## 3. Storage and use of collected data");
        Line();
        var where = manifest.Storage is null ? Blank : Escape(manifest.Storage.Where.TrimEnd('.'));
        var administrators = manifest.Storage is null
            ? Blank : Escape(Prose.Capitalize(manifest.Storage.Administrators.TrimEnd('.')));
        Line($"**Where is it collected and stored?** It is received by {Escape(manifest.Recipient)} at "
            + $"`{manifest.Endpoint}` and kept for {Prose.Count(manifest.RetentionDays, "day")}. It is stored on "
            + $"{where}.");
        Line();
        Line($"**Who administers and has access to the servers?** {administrators}. "
            + "The administrators of the servers can read their files.");
        Line();
        Line("**Are all participants permitted to view and use it?** " + (manifest.Datasets.Count == 0
            ? "Nothing is published. "
            : $"Everyone may use the published datasets, under {manifest.License}: " + Datasets() + ". ")
            + "Only maintainers can read the events themselves. All maintainers have the same access, each with a "
            + "personal token, and every access is logged.");
        Line();
    }

    void WriteSecurity()
    {
        Line("## 4. Security mechanisms");
        Line();
        Line("**Can an organisation block the collection even if one of its people approves it?** Yes: with a line in "
            + $"the machine's policy file, `{manifest.Tool} off`, or `* off` for every such tool. The policy overrides "
            + "every choice of a user.");
        Line();
        Line("**Does it open up security vulnerabilities?** The tool never receives executable or untrusted code. It "
            + "sends data only to the address above, encrypted.");
        Line();
    }

    void WriteChanges()
    {
        Line("## 5. Future changes");
        Line();
        Line("If a new manifest has a wider scope, the tool shows each user the difference. Until the user has seen "
            + "it, only data within the agreed scope is recorded. "
            + $"The scope of this form is `{Scope.IdOf(manifest)}`.");
        Line();
        Line($"Report a suspected leak to {Prose.Contact(manifest)}");
    }

    string Datasets() => string.Join("; ", manifest.Datasets.Select(
        d => $"{Escape(d.Title)} (at least {d.Minimum} installations per row)"));

    string NoticeChannelAnswer() => manifest.Notice.Channel switch
    {
        NoticeChannel.Terminal => "The tool shows this notice on a terminal, in a run that collects nothing:",
        NoticeChannel.Setup => "The setup program shows this notice before anything is collected:",
        NoticeChannel.Page => "A web page of the server shows this notice before anything is collected:",
        _ => "The documentation contains this notice:",
    };

    /// <summary>Each field name once: a name has one type in the whole manifest.</summary>
    IEnumerable<Field> DistinctFields() => manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields))
        .GroupBy(f => f.Name, StringComparer.Ordinal).Select(same => same.First());

    static string Values(Field field) => field.Type switch
    {
        FieldType.Enum or FieldType.EnumSet => Listed(field, "other"),
        FieldType.UriScheme => Listed(field, "custom_scheme", "none"),
        FieldType.Boolean => "`true`, `false`",
        _ => FieldProse.Carries(field),
    };

    static string Listed(Field field, params string[] always) =>
        string.Join(", ", field.Values.Concat(always).Select(Code));

    static string Answer(bool could) => could ? "Yes" : "No";

    void Row(params string[] cells) => Line("| " + string.Join(" | ", cells) + " |");

    void Line(string text = "") => _text.Append(text).Append('\n');
}
