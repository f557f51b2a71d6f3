// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.Collector.Tools;

/// <summary>
/// Validates an operator's settings of a tool (<c>spec/settings.md</c>), so strictly that no client has to ignore any
/// part of them.
/// </summary>
static class SettingsValidator
{
    const int MaxLifetimeHours = 720;
    const int MaxRules = 200;
    const int MaxVersions = 50;
    const int MaxPackages = 50;
    const int MaxItemLength = 64;
    static readonly string[] Systems = ["linux", "windows", "macos", "freebsd", "other"];

    /// <summary>The first error in the text, in words; null: valid.</summary>
    public static string? Validate(byte[] text, Tool tool)
    {
        try
        {
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { AllowDuplicateProperties = false });
            return Validate(document.RootElement, tool);
        }
        catch (JsonException e)
        {
            return "it is not JSON: " + e.Message;
        }
        catch (InvalidOperationException)
        {
            return "a string in it is not valid Unicode";
        }
    }

    static string? Validate(JsonElement root, Tool tool)
    {
        if (root.ValueKind != JsonValueKind.Object)
            return "it is not an object";
        if (Unknown(root, "tallymark", "lifetime_hours", "rules") is { } unknown)
            return $"it has the unknown member {unknown}";
        if (!root.TryGetProperty("tallymark", out var format) || !IsNumber(format, 1, 1))
            return "`tallymark` must be 1";
        if (!root.TryGetProperty("lifetime_hours", out var lifetime) || !IsNumber(lifetime, 1, MaxLifetimeHours))
            return $"`lifetime_hours` must be a number from 1 to {MaxLifetimeHours}";
        if (!root.TryGetProperty("rules", out var rules))
            return null;
        if (rules.ValueKind != JsonValueKind.Array || rules.GetArrayLength() > MaxRules)
            return $"`rules` must be a list of at most {MaxRules} rules";
        var number = 0;
        foreach (var rule in rules.EnumerateArray())
        {
            number++;
            if (ValidateRule(rule, tool) is { } error)
                return $"rule {number}: {error}";
        }

        return null;
    }

    static string? ValidateRule(JsonElement rule, Tool tool)
    {
        if (rule.ValueKind != JsonValueKind.Object)
            return "it is not an object";
        if (rule.TryGetProperty("versions", out var versions) && !IsList(versions, MaxVersions, IsVersion))
            return $"`versions` must be a list of 1 to {MaxVersions} versions";
        if (rule.TryGetProperty("os", out var systems) && !IsList(systems, Systems.Length, Systems.Contains))
            return $"`os` must be a list with values from: {string.Join(", ", Systems)}";
        if (rule.TryGetProperty("packages", out var packages) && !IsList(packages, MaxPackages, IsPackage))
            return $"`packages` must be a list of 1 to {MaxPackages} names of packages";
        var hasShare = rule.TryGetProperty("share", out var share);
        var stop = Text(rule, "stop");
        var unknown = (stop, hasShare) switch
        {
            ("all", false) => Unknown(rule, "stop", "versions", "os", "packages"),
            ("event", false) => Unknown(rule, "stop", "event", "versions", "os", "packages"),
            ("field", false) => Unknown(rule, "stop", "event", "field", "versions", "os", "packages"),
            (null, true) => Unknown(rule, "share", "versions", "os", "packages"),
            _ => "",
        };
        if (unknown is { Length: > 0 })
            return $"it has the unknown member {unknown}";
        if (unknown is not null)
            return "it has neither `stop` (all, event, field) nor `share`";
        if (hasShare)
            return IsShare(share) ? null : "`share` must be a number from 0 to 1";
        return stop == "all" ? null : ValidateNames(rule, stop == "field", tool);
    }

    static string? ValidateNames(JsonElement rule, bool isField, Tool tool)
    {
        var anyEvent = isField && !rule.TryGetProperty("event", out _);
        var name = Text(rule, "event");
        var events = tool.Accepted
            .SelectMany(one => one.Manifest.Events, (one, e) => (one.Manifest, Event: e))
            .Where(one => anyEvent || one.Event.Name == name).ToList();
        if (events.Count == 0)
            return "no accepted manifest declares the event in `event`";
        if (!isField)
            return null;
        var field = Text(rule, "field");
        return field is not null && events.Exists(e => e.Manifest.FieldsOf(e.Event).Any(f => f.Name == field))
            ? null
            : "no accepted manifest declares the field in `field`" + (anyEvent ? "" : " for this event");
    }

    /// <summary>The first member that is not a known one; null: all are known.</summary>
    static string? Unknown(JsonElement from, params string[] known) =>
        from.EnumerateObject().Select(member => member.Name).FirstOrDefault(name => !known.Contains(name));

    static bool IsNumber(JsonElement value, int min, int max) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number)
        && number >= min && number <= max;

    static bool IsShare(JsonElement value) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetDecimal(out var share) && share is >= 0 and <= 1;

    static bool IsList(JsonElement list, int maxLength, Func<string, bool> isAllowed) =>
        list.ValueKind == JsonValueKind.Array && list.GetArrayLength() > 0 && list.GetArrayLength() <= maxLength
        && list.EnumerateArray().All(one => one.ValueKind == JsonValueKind.String && isAllowed(one.GetString()!));

    static bool IsVersion(string item) =>
        item.Length is > 0 and <= MaxItemLength
        && item.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '+');

    static bool IsPackage(string item) =>
        item.Length is > 0 and <= MaxItemLength
        && item.All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' or '_');

    static string? Text(JsonElement rule, string member) =>
        rule.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;
}
