// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Tallymark.Upload;

/// <summary>Converts the collector's settings from JSON to the lines that are kept (spec/settings.md).</summary>
static class SettingsAnswer
{
    const int MaxLifetimeHours = 720;
    const int MaxRules = 200;
    const int MaxVersions = 50;
    const int MaxSystems = 10;
    const int MaxPackages = 50;
    const int MaxWordLength = 64;

    /// <summary>The text of <c>STATE/settings</c>; null if the answer is not settings. Pure; never throws.</summary>
    /// <param name="body">The body of the answer.</param>
    /// <param name="now">The time of the answer, UTC.</param>
    internal static string? ToText(byte[] body, DateTime now)
    {
        try
        {
            using var document = JsonDocument.Parse(body);
            return ToText(document.RootElement, now);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not JSON, or a string in it is not valid text, such as an unpaired surrogate.
            return null;
        }
    }

    static string? ToText(JsonElement root, DateTime now)
    {
        if (root.ValueKind != JsonValueKind.Object || Number(root, "tallymark") != 1
            || Number(root, "lifetime_hours") is not ({ } lifetime and >= 1 and <= MaxLifetimeHours))
            return null;
        var lines = new List<string>();
        var ignored = 0;
        foreach (var member in root.EnumerateObject())
        {
            if (member.Name is "tallymark" or "lifetime_hours")
                continue;
            if (member.Name != "rules" || member.Value.ValueKind != JsonValueKind.Array)
            {
                ignored++;
                continue;
            }

            foreach (var rule in member.Value.EnumerateArray())
            {
                if (lines.Count < MaxRules && Line(rule) is { } line)
                    lines.Add(line);
                else
                    ignored++;
            }
        }

        var text = new StringBuilder(RemoteSettings.FirstLine)
            .Append("\nrules ").Append(lines.Count.ToString(CultureInfo.InvariantCulture))
            .Append("\nfetched ").Append(Time(now)).Append("\nuntil ").Append(Time(now.AddHours(lifetime)))
            .Append("\nignored ").Append(ignored.ToString(CultureInfo.InvariantCulture)).Append('\n');
        foreach (var line in lines)
            text.Append(line).Append('\n');
        return text.ToString();
    }

    // Null: not a rule of this format, or a rule with a member or value that is not known here.
    static string? Line(JsonElement rule)
    {
        if (rule.ValueKind != JsonValueKind.Object)
            return null;
        JsonElement? stop = null, name = null, field = null, share = null;
        string? versions = "", systems = "", packages = "";
        foreach (var member in rule.EnumerateObject())
        {
            switch (member.Name)
            {
                case "stop" when stop is null:
                    stop = member.Value;
                    break;
                case "event" when name is null:
                    name = member.Value;
                    break;
                case "field" when field is null:
                    field = member.Value;
                    break;
                case "share" when share is null:
                    share = member.Value;
                    break;
                case "versions" when versions == "":
                    versions = List(member.Value, " versions=", MaxVersions, IsVersion);
                    break;
                case "os" when systems == "":
                    systems = List(member.Value, " os=", MaxSystems, IsName);
                    break;
                case "packages" when packages == "":
                    packages = List(member.Value, " packages=", MaxPackages, IsPackage);
                    break;
                default:
                    return null;
            }
        }

        var action = share is null ? Stop(Word(stop, IsName), name, field)
            : stop is null && name is null && field is null ? Share(share.Value)
            : null;
        return action is null || versions is null || systems is null || packages is null
            ? null
            : action + versions + systems + packages;
    }

    static string? Stop(string? stop, JsonElement? name, JsonElement? field) => (stop, name, field) switch
    {
        ("all", null, null) => "stop all",
        ("event", not null, null) when Word(name, IsName) is { } one => "stop event " + one,
        ("field", null, not null) when Word(field, IsName) is { } one => "stop field * " + one,
        ("field", not null, not null) when Word(name, IsName) is { } one && Word(field, IsName) is { } other =>
            "stop field " + one + " " + other,
        _ => null,
    };

    // Truncated, never rounded up: a share is never more than the collector said.
    static string? Share(JsonElement share) =>
        share.ValueKind == JsonValueKind.Number && share.TryGetDecimal(out var part) && part is >= 0 and <= 1
            ? "share " + ((int)(part * RemoteSettings.WholeShare)).ToString(CultureInfo.InvariantCulture)
            : null;

    static string? List(JsonElement list, string key, int max, Func<char, bool> allowed)
    {
        if (list.ValueKind != JsonValueKind.Array || list.GetArrayLength() is 0 || list.GetArrayLength() > max)
            return null;
        var words = new List<string>();
        foreach (var one in list.EnumerateArray())
        {
            if (Word(one, allowed) is not { } word)
                return null;
            words.Add(word);
        }

        return key + string.Join(',', words);
    }

    static string? Word(JsonElement? value, Func<char, bool> allowed)
    {
        if (value is not { ValueKind: JsonValueKind.String } text
            || text.GetString() is not { Length: > 0 and <= MaxWordLength } word)
            return null;
        foreach (var one in word)
        {
            if (!allowed(one))
                return null;
        }

        return word;
    }

    static bool IsName(char one) => char.IsAsciiLetterLower(one) || char.IsAsciiDigit(one) || one is '_' or '-';

    static bool IsVersion(char one) => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '+';

    static bool IsPackage(char one) => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_';

    static int? Number(JsonElement root, string name) =>
        root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number
            && value.TryGetInt32(out var number) ? number : null;

    static string Time(DateTime time)
    {
        var text = new LineBuffer(DueFile.TimeLength);
        Values.Time(text, time, TimePrecision.Second);
        return Encoding.ASCII.GetString(text.Written);
    }
}
