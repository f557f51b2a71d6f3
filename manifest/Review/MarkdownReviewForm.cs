// SPDX-License-Identifier: MIT

using static Tallymark.Manifests.Documents.Markdown;

namespace Tallymark.Manifests.Review;

/// <summary>
/// Writes the review form as a page. It asks the questions of the foundation review that MLflow passed, in their order
/// and with their numbers, and answers them from the manifest and from the behaviour of Tallymark. Answers that a
/// manifest can't give are marked as blank.
/// </summary>
sealed class MarkdownReviewForm(ToolManifest manifest)
{
    const string Blank = "(for the project to fill in)";

    readonly ReviewPage _page = new();

    string More => $"<{Prose.Address(manifest, manifest.Notice.More)}>";

    string Repository => $"<{manifest.Repository}>";

    IReadOnlyList<NoticeChannel> Channels => manifest.Notice.Channels;

    public string Write()
    {
        _page.Paragraph($"# Review of telemetry data collection and usage: {Escape(manifest.Title)}");
        _page.Paragraph(
            $"Generated from version {manifest.Version} of the manifest. Completed by: {Blank}. Date: {Blank}.");
        WriteData();
        WriteNotification();
        WriteStorage();
        WriteSecurity();
        WriteChanges();
        WriteHistory();
        return _page.ToString().TrimEnd('\n') + "\n";
    }

    void WriteData()
    {
        var tables = new ReviewTables(manifest);
        _page.Section("1", "Data to be collected");
        _page.Question("1.1", "Table of the elements");
        _page.Table(ReviewTables.ElementHeadings, tables.Elements());
        _page.Paragraph("Metadata of each event, in addition to the elements above that every event has:");
        _page.Table(ReviewTables.MetadataHeadings, tables.Metadata());
        _page.Question("1.2", "Address of public documentation about the data");
        _page.Paragraph(More);
    }

    void WriteNotification()
    {
        _page.Section("2", "Notification and opt-in");
        _page.Question("2.1", "How users learn that data is collected, and which elements");
        _page.Paragraph("That it is collected: " + Prose.Join([.. Channels.Select(Shower)], "or") + ":");
        foreach (var line in NoticeText.Of(manifest).TrimEnd('\n').Split('\n'))
            _page.Line("> " + line);
        _page.Line();
        _page.Paragraph(
            $"Which elements: the page that the notice links to, and `{manifest.Command} telemetry show`. The command "
            + "lists every element, why it is collected, an example, and where to report a leak: "
            + Prose.Contact(manifest));
        _page.Question("2.2", "Address of the notices");
        _page.Paragraph($"Link in the notice: {More}");
        _page.Paragraph($"Source code of the tool, with the manifest that declares the collection: {Repository}");
        WriteOptIn();
        _page.Question("2.4", "Can single elements be chosen?");
        _page.Paragraph(
            $"Yes: with `{manifest.Command} telemetry withhold FIELD` and `share FIELD`, for each of the fields "
            + "above.");
        _page.Question("2.5", "Fully automated installations");
        _page.Paragraph("How notice and opt-in work there: " + string.Join(" ", Channels.Select(Unattended))
            + " The ways to opt out are the same.");
        _page.Paragraph("Whether anything is ever collected there: nothing is collected in an automated build, "
            + "whatever a user has chosen. The tool recognises one by environment variables such as `CI`, "
            + "`GITHUB_ACTIONS` and `JENKINS_URL`. Any other run without a person is treated like a run of its user.");
    }

    void WriteOptIn()
    {
        _page.Question("2.3", "Only after voluntary opt-in?");
        _page.Line(manifest.Consent.DefaultOn
            ? "No: it is collected unless the user opts out. Users can opt out by:"
            : "Yes: nothing is collected unless the user opts in. Users who opted in can opt out by:");
        foreach (var method in OptOutMethods.Muting(manifest))
            _page.Line("- " + Escape(method));
        _page.Paragraph(
            $"- running `{manifest.Command} telemetry off`, which also deletes all data that was not sent yet");
    }

    void WriteStorage()
    {
        var where = manifest.Storage is null ? Blank : Escape(manifest.Storage.Where.TrimEnd('.'));
        var administrators = manifest.Storage is null
            ? Blank : Escape(Prose.Capitalize(manifest.Storage.Administrators.TrimEnd('.')));
        _page.Section("3", "Storage and use");
        _page.Question("3.1", "Where data is collected and stored, physically where known");
        _page.Paragraph($"It is received by {Escape(manifest.Recipient)} at `{manifest.Endpoint}` and kept for "
            + $"{Prose.Count(manifest.RetentionDays, "day")}. It is stored on {where}.");
        if (HasInstallationId)
            _page.Paragraph(Identity);
        _page.Question("3.2", "Who administers the servers and has access");
        _page.Paragraph($"{administrators}. The administrators of the servers can read their files.");
        _page.Question("3.3", "May all participants view and use the data?");
        _page.Paragraph((manifest.Datasets.Count == 0
            ? "Nothing is published. "
            : $"Everyone may use the published datasets, under {manifest.License}: {Datasets()}. ")
            + "Only maintainers can read the events themselves. All maintainers have the same access, each with a "
            + "personal token, and every access is logged.");
    }

    void WriteSecurity()
    {
        var host = new Uri(manifest.Endpoint).Host;
        _page.Section("4", "Security");
        _page.Question(
            "4.1", "Documented way for an organisation to block collection although an employee agreed");
        _page.Paragraph($"Yes: a line in the policy file of each machine, `{manifest.Tool} off`, or `* off` for every "
            + "such tool. On Linux the file is `/etc/tallymark/policy`. The policy overrides every choice of a user. "
            + $"Blocking the host `{host}` in the network prevents the sending too.");
        _page.Question("4.2", "Could telemetry open vulnerabilities?");
        _page.Paragraph("No. The tool sends data with HTTP POST requests to the one address above, "
            + (manifest.Endpoint.StartsWith("https:", StringComparison.Ordinal) ? "encrypted" : "on the same machine")
            + ". It receives acknowledgements and settings, and settings can only reduce the collection. It never "
            + "receives executable or untrusted code.");
        _page.Question("4.3", "If so: mitigation");
        _page.Paragraph("Not applicable: the answer to 4.2 is no.");
        _page.Question("4.4", "If so: does not opting in avoid the risk fully?");
        _page.Paragraph("Not applicable: the answer to 4.2 is no. A tool whose telemetry is off opens no connection "
            + "for it, except when its user asks to delete the data that was sent before.");
    }

    void WriteChanges()
    {
        _page.Section("5", "Future changes");
        _page.Paragraph("If the scope is to grow or an answer would change: update the form and notify the "
            + "foundation, which reviews the update.");
        _page.Paragraph("If a new manifest has a wider scope, the tool shows each user the difference. Until the user "
            + $"has seen it, only data within the agreed scope is recorded. The scope of this form is "
            + $"`{Scope.IdOf(manifest)}`.");
        _page.Paragraph($"Report a suspected leak to {Prose.Contact(manifest)}");
    }

    void WriteHistory()
    {
        _page.Line("## History");
        _page.Line();
        _page.Paragraph("The manifest has no review record yet.");
    }

    bool HasInstallationId => manifest.Events.SelectMany(manifest.FieldsOf).Any(f => f.Type is FieldType.Installation);

    string Identity => (manifest.Rotation == IdentityRotation.Never
        ? "An installation keeps its id, a hash of a random secret that never leaves the machine, until its user "
            + "deletes or renews it. "
        : $"The id of an installation is a hash of a random secret that never leaves the machine. It is a new one each "
            + $"{manifest.Rotation.ToString().ToLowerInvariant()}, and nothing that is sent links it to the one "
            + "before. ")
        + $"`{manifest.Tool} telemetry delete` deletes the data of "
        + (manifest.Rotation == IdentityRotation.Never ? "the id." : "all of them.");

    string Datasets() => string.Join("; ", manifest.Datasets.Select(
        d => $"{Escape(d.Title)} (at least {d.Minimum} installations per row)"))
        + $"; at most {Prose.Count(manifest.MaxPerDay, "event")} of one kind count for an installation and day";

    static string Shower(NoticeChannel channel) => channel switch
    {
        NoticeChannel.Terminal => "the tool shows this notice on a terminal, in a run that collects nothing",
        NoticeChannel.Setup => "the setup program shows this notice before anything is collected",
        NoticeChannel.Page => "a web page of the server shows this notice before anything is collected",
        _ => "the documentation contains this notice",
    };

    static string Unattended(NoticeChannel channel) => channel switch
    {
        NoticeChannel.Terminal => "Without a terminal the tool shows no notice, and nothing is collected before a user "
            + "has seen it on one.",
        NoticeChannel.Setup => "The setup program prints the notice into the log of the installation, where it counts "
            + "as seen.",
        NoticeChannel.Page => "Nothing is collected before a person has seen the notice on the page.",
        _ => "The notice in the documentation counts as seen.",
    };
}
