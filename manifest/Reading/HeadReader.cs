// SPDX-License-Identifier: MIT
// The head of a manifest: which tool, who receives the data, where, for how long; then consent and notice.

namespace Tallymark.Manifests.Reading;

/// <summary>
/// Reads the single values of a manifest. What can't be used is reported and comes back as an empty text or 0.
/// </summary>
sealed class HeadReader(Findings findings, Section manifest)
{
    static readonly HashSet<string> DeviceNames = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })],
            StringComparer.Ordinal);

    public void CheckFormat()
    {
        if (manifest.Scalar("tallymark") is { Text: not "1" } scalar)
        {
            findings.Add(Rule.FormatVersion, scalar,
                $"The format's version `{scalar.Shown}` is not known here. "
                + "Write `tallymark: 1`, or use a newer Tallymark.");
        }
    }

    public string Tool()
    {
        if (manifest.Scalar("tool") is not { } scalar)
            return "";
        if (!Words.IsName(scalar.Text, '-'))
        {
            findings.Add(Rule.BadName, scalar,
                $"`{scalar.Shown}` can't be a tool's name. "
                + $"Write small letters, digits and single dashes, a letter first, at most {Words.MaxName}.");
        }
        else if (DeviceNames.Contains(scalar.Text))
        {
            findings.Add(Rule.ReservedName, scalar,
                $"`{scalar.Shown}` is a device on Windows, where no folder can have that name. Write another name.");
        }

        return scalar.Text;
    }

    public string Title(string tool) => manifest.Has("title") ? manifest.Sentence("title") : tool;

    public int Version()
    {
        if (manifest.Scalar("version") is not { } scalar)
            return 0;
        if (Words.TryNumber(scalar.Text, out var number) && number is >= 1 and <= int.MaxValue)
            return (int)number;
        findings.Add(Rule.ManifestVersion, scalar,
            $"`{scalar.Shown}` is not a whole number from 1 up. "
            + "Write `version: 1`, and raise it by 1 with each change.");
        return 0;
    }

    public string Endpoint()
    {
        if (manifest.Scalar("endpoint") is not { } scalar)
            return "";
        if (Addresses.Complaint(scalar.Text) is { } complaint)
            findings.Add(complaint.Rule, scalar, complaint.Message);
        return scalar.Text;
    }

    public string Repository()
    {
        if (manifest.Scalar("repository") is not { } scalar)
            return "";
        if (Addresses.Of(scalar.Text) is null)
        {
            findings.Add(Rule.BadRepository, scalar,
                $"`{scalar.Shown}` is not an address. Write one like `https://example.org/tool`.");
        }

        return scalar.Text;
    }

    public string Contact()
    {
        if (manifest.Scalar("contact") is not { } scalar)
            return "";
        var text = scalar.Text;
        var mail = text.StartsWith("mailto:", StringComparison.Ordinal)
            && text.IndexOf('@') is > 7 and var at && at < text.Length - 1 && Words.IsAll(text, ":@._+-");
        if (!mail && Addresses.Of(text) is not { Scheme: "https" })
        {
            findings.Add(Rule.BadContact, scalar,
                $"`{scalar.Shown}` can't be reached. Write `mailto:privacy@example.org` or an `https:` address.");
        }

        return text;
    }

    public TimePrecision Time() => manifest.Choice("time", "nanosecond", "second", "hour", "day") switch
    {
        0 => TimePrecision.Nanosecond,
        2 => TimePrecision.Hour,
        3 => TimePrecision.Day,
        _ => TimePrecision.Second,
    };

    public int RetentionDays()
    {
        if (manifest.Scalar("retention") is not { } scalar)
            return 0;
        var words = scalar.Text.Split(' ');
        if (words.Length == 2 && words[1] is "days" or "day" && Words.TryNumber(words[0], out var days)
            && days is >= 1 and <= 3650)
            return (int)days;
        findings.Add(Rule.BadRetention, scalar,
            $"`{scalar.Shown}` is not a time from 1 to 3650 days. Write `retention: 400 days`.");
        return 0;
    }

    public StorageRules? Storage() =>
        Section.Open(findings, manifest.Value("storage"), manifest.KeyPlace("storage"), Keys.Storage) is { } section
            ? new StorageRules { Where = section.Sentence("where"), Administrators = section.Sentence("administrators") }
            : null;

    public string License()
    {
        if (manifest.Scalar("license") is not { } scalar)
            return "CC-BY-4.0";
        if (scalar.Text.Length > Words.MaxValue || !Words.IsAll(scalar.Text, ".+-"))
        {
            findings.Add(Rule.BadLicense, scalar,
                $"`{scalar.Shown}` is not the SPDX id of a licence. Write one like `CC-BY-4.0` or `CC0-1.0`.");
        }

        return scalar.Text;
    }

    public NoticeRules Notice()
    {
        var section = Section.Open(findings, manifest.Value("notice"), manifest.KeyPlace("notice"), Keys.Notice);
        var channel = section?.Choice("channel", "terminal", "setup", "page", "documentation") switch
        {
            1 => NoticeChannel.Setup,
            2 => NoticeChannel.Page,
            3 => NoticeChannel.Documentation,
            _ => NoticeChannel.Terminal,
        };
        if (channel == NoticeChannel.Documentation)
        {
            findings.Add(Rule.UnseenNotice, section!.Value("channel")!,
                "A notice that stands only in the documentation is seen by few. "
                + "Use it only for a library that can show nothing, under an approved review.");
        }

        if (section?.Scalar("more") is not { } more)
            return new NoticeRules { Channel = channel, More = "" };
        if (Addresses.Of(more.Text) is null && !IsPath(more.Text))
        {
            findings.Add(Rule.BadMore, more,
                $"`{more.Shown}` is neither an address nor a path in the repository. "
                + "Write one like `docs/telemetry.md`.");
        }

        return new NoticeRules { Channel = channel, More = more.Text };
    }

    static bool IsPath(string text) =>
        text.Length <= Words.MaxText && Words.IsAll(text, "._-/#") && text[0] is not ('/' or '#')
        && !text.Split('/').Any(part => part is "" or "." or "..");
}
