// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>
/// Reads the keys of the manifest itself that have a single value, and <c>storage</c>. An invalid value is reported and
/// returned as an empty text or 0.
/// </summary>
sealed class TopLevelReader(DiagnosticBag diagnostics, Section manifest)
{
    const int MaxMaxPerDay = 100_000;

    static readonly HashSet<string> DeviceNames = new(
        ["con", "prn", "aux", "nul", .. Enumerable.Range(0, 10).SelectMany(i => new[] { $"com{i}", $"lpt{i}" })],
            StringComparer.Ordinal);

    public void CheckFormat()
    {
        if (manifest.Scalar("tallymark") is { Text: not "1" } scalar)
        {
            diagnostics.Add(DiagnosticKind.FormatVersion, scalar,
                $"This version of Tallymark does not know version `{scalar.Shown}` of the format. "
                + "Write `tallymark: 1`, or use a newer Tallymark.");
        }
    }

    public string Tool()
    {
        if (manifest.Scalar("tool") is not { } scalar)
            return "";
        if (!Grammar.IsName(scalar.Text, '-'))
        {
            diagnostics.Add(DiagnosticKind.BadName, scalar,
                $"`{scalar.Shown}` is not a valid name for a tool. Use lower-case letters, digits and single dashes, "
                + $"starting with a letter, at most {Grammar.MaxNameLength} characters.");
        }
        else if (DeviceNames.Contains(scalar.Text))
        {
            diagnostics.Add(DiagnosticKind.ReservedName, scalar,
                $"`{scalar.Shown}` is a device name on Windows, so a folder can't have that name. Use a different "
                + "name.");
        }

        return scalar.Text;
    }

    public string Title(string tool) => manifest.Has("title") ? manifest.Sentence("title") : tool;

    public string Command(string tool) => manifest.Has("command") ? manifest.Sentence("command") : tool;

    public int Version()
    {
        if (manifest.Scalar("version") is not { } scalar)
            return 0;
        if (Grammar.TryParseNumber(scalar.Text, out var number) && number is >= 1 and <= int.MaxValue)
            return (int)number;
        diagnostics.Add(DiagnosticKind.ManifestVersion, scalar,
            $"`{scalar.Shown}` is not a valid version of a manifest. "
            + "Write a whole number such as `version: 1`, and increment it with each change of what is collected.");
        return 0;
    }

    public string Endpoint()
    {
        if (manifest.Scalar("endpoint") is not { } scalar)
            return "";
        if (Urls.CheckEndpoint(scalar.Text) is { } mistake)
            diagnostics.Add(mistake.Kind, scalar, mistake.Message);
        return scalar.Text;
    }

    public string Repository()
    {
        if (manifest.Scalar("repository") is not { } scalar)
            return "";
        if (Urls.Parse(scalar.Text) is null)
        {
            diagnostics.Add(DiagnosticKind.BadRepository, scalar,
                $"`{scalar.Shown}` is not an `https:` or `http:` URL. Write one like `https://example.org/tool`.");
        }

        return scalar.Text;
    }

    public string Contact()
    {
        if (manifest.Scalar("contact") is not { } scalar)
            return "";
        var text = scalar.Text;
        var mail = text.StartsWith("mailto:", StringComparison.Ordinal)
            && text.IndexOf('@') is > 7 and var at && at < text.Length - 1 && Grammar.HasOnly(text, ":@._+-");
        if (!mail && Urls.Parse(text) is not { Scheme: "https" })
        {
            diagnostics.Add(DiagnosticKind.BadContact, scalar,
                $"`{scalar.Shown}` is not a valid contact. Write `mailto:` and an address, or an `https:` URL.");
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

    public IdentityRotation Rotation() =>
        Section.Open(diagnostics, manifest.Value("identity"), manifest.KeyPosition("identity"), SectionKeys.Identity)
            ?.Choice("rotate", "month", "quarter", "year", "never") switch
        {
            0 => IdentityRotation.Month,
            1 => IdentityRotation.Quarter,
            2 => IdentityRotation.Year,
            _ => IdentityRotation.Never,
        };

    public int RetentionDays()
    {
        if (manifest.Scalar("retention") is not { } scalar)
            return 0;
        var words = scalar.Text.Split(' ');
        if (words.Length == 2 && words[1] is "days" or "day" && Grammar.TryParseNumber(words[0], out var days)
            && days is >= 1 and <= 3650)
            return (int)days;
        diagnostics.Add(DiagnosticKind.BadRetention, scalar,
            $"`{scalar.Shown}` is not a number of days from 1 to 3650. Write it like `retention: 400 days`.");
        return 0;
    }

    public int MaxPerDay()
    {
        if (manifest.Scalar("max-per-day") is not { } scalar)
            return ToolManifest.DefaultMaxPerDay;
        if (Grammar.TryParseNumber(scalar.Text, out var max) && max is >= 1 and <= MaxMaxPerDay)
            return (int)max;
        diagnostics.Add(DiagnosticKind.BadMaxPerDay, scalar,
            $"`{scalar.Shown}` is not a valid number of events that one installation may add to a day. "
            + $"Write a whole number from 1 to {MaxMaxPerDay}.");
        return ToolManifest.DefaultMaxPerDay;
    }

    /// <summary>Checks that events are kept until their day is folded; for a manifest with datasets.</summary>
    public void CheckRetention(int days)
    {
        if (days is < 1 or >= Dataset.MinRetentionDays || manifest.Scalar("retention") is not { } scalar)
            return;
        diagnostics.Add(DiagnosticKind.ShortRetention, scalar,
            $"The datasets need the events of a day until no more can arrive: {Dataset.MinRetentionDays} days. With "
            + $"`{scalar.Shown}` their files would lack days. Write `retention: {Dataset.MinRetentionDays} days` or "
            + "more, or delete the datasets.");
    }

    public StorageDescription? Storage() =>
        Section.Open(diagnostics, manifest.Value("storage"), manifest.KeyPosition("storage"), SectionKeys.Storage)
            is { } section
            ? new StorageDescription
            {
                Where = section.Sentence("where"),
                Administrators = section.Sentence("administrators"),
            }
            : null;

    public string License()
    {
        if (manifest.Scalar("license") is not { } scalar)
            return "CC-BY-4.0";
        if (scalar.Text.Length > Grammar.MaxValueLength || !Grammar.HasOnly(scalar.Text, ".+-"))
        {
            diagnostics.Add(DiagnosticKind.BadLicense, scalar,
                $"`{scalar.Shown}` is not a valid SPDX licence id. Write one like `CC-BY-4.0` or `CC0-1.0`.");
        }

        return scalar.Text;
    }
}
