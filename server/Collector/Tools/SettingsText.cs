// SPDX-License-Identifier: MIT
// Checks what an operator wrote as settings of a tool (spec/settings.md), so strictly that no client has to ignore any of it.

using System.Text.Json;

namespace Tallymark.Collector.Tools;

static class SettingsText
{
    const int LongestLifetime = 720;
    const int MostRules = 200;
    const int MostVersions = 50;
    const int MostPackages = 50;
    const int LongestWord = 64;
    static readonly string[] Systems = ["linux", "windows", "macos", "freebsd", "other"];

    /// <summary>What is wrong with the text, in words; null: nothing.</summary>
    public static string? Check(byte[] text, Tool tool)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Check(document.RootElement, tool);
        }
        catch (JsonException e)
        {
            return "it is not JSON: " + e.Message;
        }
        catch (InvalidOperationException)
        {
            return "a text in it has a character that is none";
        }
    }

    static string? Check(JsonElement root, Tool tool)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return "it is not an object";
        if (Unknown(root, "tallymark", "lifetime_hours", "rules") is { } unknown)
            return $"it has the member {unknown}";
        if (!root.TryGetProperty("tallymark", out var format) || !IsNumber(format, 1, 1))
            return "`tallymark` is not 1";
        if (!root.TryGetProperty("lifetime_hours", out var lifetime) || !IsNumber(lifetime, 1, LongestLifetime))
            return $"`lifetime_hours` is not a number from 1 to {LongestLifetime}";
        if (!root.TryGetProperty("rules", out var rules))
            return null;
        if (rules.ValueKind != JsonValueKind.Array || rules.GetArrayLength() > MostRules)
            return $"`rules` is not a list of at most {MostRules}";
        var number = 0;
        foreach (var rule in rules.EnumerateArray())
        {
            number++;
            if (CheckRule(rule, tool) is { } wrong)
                return $"rule {number}: {wrong}";
        }

        return null;
    }

    static string? CheckRule(JsonElement rule, Tool tool)
    {
        if (rule.ValueKind != JsonValueKind.Object)
            return "it is not an object";
        if (rule.TryGetProperty("versions", out var versions) && !IsList(versions, MostVersions, IsVersion))
            return $"`versions` is not a list of 1 to {MostVersions} versions";
        if (rule.TryGetProperty("os", out var systems) && !IsList(systems, Systems.Length, word => Systems.Contains(word)))
            return $"`os` is not a list of some of {string.Join(", ", Systems)}";
        if (rule.TryGetProperty("packages", out var packages) && !IsList(packages, MostPackages, IsPackage))
            return $"`packages` is not a list of 1 to {MostPackages} names of packages";
        var share = rule.TryGetProperty("share", out var part);
        var stop = rule.TryGetProperty("stop", out var what) && what.ValueKind == JsonValueKind.String ? what.GetString() : null;
        var unknown = (stop, share) switch
        {
            ("all", false) => Unknown(rule, "stop", "versions", "os", "packages"),
            ("event", false) => Unknown(rule, "stop", "event", "versions", "os", "packages"),
            ("field", false) => Unknown(rule, "stop", "event", "field", "versions", "os", "packages"),
            (null, true) => Unknown(rule, "share", "versions", "os", "packages"),
            _ => "",
        };
        if (unknown is not null)
            return unknown.Length > 0 ? $"it has the member {unknown}" : "it has neither `stop` (all, event, field) nor `share`";
        if (share)
            return part.ValueKind == JsonValueKind.Number && part.TryGetDecimal(out var s) && s is >= 0 and <= 1 ? null : "`share` is not from 0 to 1";
        return stop == "all" ? null : CheckNames(rule, stop == "field", tool);
    }

    static string? CheckNames(JsonElement rule, bool field, Tool tool)
    {
        var anyEvent = field && !rule.TryGetProperty("event", out _);
        var name = Word(rule, "event");
        var events = tool.Accepted.SelectMany(one => one.Manifest.Events.Where(e => anyEvent || e.Name == name), (one, e) => (one.Manifest, Event: e)).ToList();
        if (events.Count == 0)
            return "no manifest that was accepted here has its `event`";
        return !field || Word(rule, "field") is { } wanted && events.Exists(e => e.Manifest.FieldsOf(e.Event).Any(f => f.Name == wanted))
            ? null
            : "no manifest that was accepted here has its `field`";
    }

    /// <summary>The first member that is none of these; null: there is none.</summary>
    static string? Unknown(JsonElement from, params string[] known) =>
        from.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !known.Contains(name));

    static bool IsNumber(JsonElement value, int least, int most) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most;

    static bool IsList(JsonElement list, int most, Func<string, bool> allowed) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list.GetArrayLength() <= most
        && list.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && allowed(one.GetString()!));

    static bool IsVersion(string word) =>
        word.Length is > 0 and <= LongestWord && word.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '+');

    static bool IsPackage(string word) =>
        word.Length is > 0 and <= LongestWord && word.All(one => char.IsAsciiLetterOrDigit(one) || one is '.' or '-' or '_');

    static string? Word(JsonElement rule, string member) =>
        rule.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
}
