// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Scopes;

/// <summary>
/// A parsed scope text, for comparing what a user agreed to with what the tool declares now. Immutable. The SDK parses
/// one only if the receipt's scope is not the tool's, so the cost is not part of a usual run.
/// </summary>
sealed class ScopeText
{
    readonly Dictionary<string, ScopeField> _fields = new(StringComparer.Ordinal);
    readonly List<string> _events = [];

    ScopeText(
        string recipient, string endpoint, int retentionDays, int minimum, int maxPerDay, TimePrecision time,
        int rotation)
    {
        Minimum = minimum;
        MaxPerDay = maxPerDay;
        Recipient = recipient;
        Endpoint = endpoint;
        RetentionDays = retentionDays;
        Time = time;
        Rotation = rotation;
    }

    internal string Recipient { get; }

    internal string Endpoint { get; }

    internal int RetentionDays { get; }

    /// <summary>
    /// The smallest number of installations behind a published row; the largest integer if nothing is published.
    /// </summary>
    internal int Minimum { get; }

    /// <summary>How many events of one kind one installation may add to the published counts of a day.</summary>
    internal int MaxPerDay { get; }

    internal TimePrecision Time { get; }

    /// <summary>How long an id is kept (<see cref="ScopeFormat.RotationOf"/>): more means shorter.</summary>
    internal int Rotation { get; }

    internal IReadOnlyList<string> Events => _events;

    internal IEnumerable<ScopeField> Fields => _fields.Values;

    /// <summary>Null if the text is not a scope text of this version.</summary>
    internal static ScopeText? Parse(string text)
    {
        var lines = text.Split('\n');
        if (lines[0] != ScopeFormat.Header || lines[lines.Length - 1].Length > 0)
            return null;
        string? recipient = null, endpoint = null, retention = null, minimum = null, maxPerDay = null, time = null;
        int? rotation = 0;
        foreach (var line in lines)
        {
            var space = line.IndexOf(' ');
            if (space < 0)
                continue;
            var value = line.Substring(space + 1);
            switch (line.Substring(0, space))
            {
                case ScopeFormat.Recipient:
                    recipient = value;
                    break;
                case ScopeFormat.Endpoint:
                    endpoint = value;
                    break;
                case ScopeFormat.Retention:
                    retention = value;
                    break;
                case ScopeFormat.Minimum:
                    minimum = value;
                    break;
                case ScopeFormat.MaxPerDay:
                    maxPerDay = value;
                    break;
                case ScopeFormat.Time:
                    time = value;
                    break;
                case ScopeFormat.Rotate:
                    rotation = ScopeFormat.RotationOf(value);
                    break;
            }
        }

        if (recipient is null || endpoint is null || time is null || ScopeFormat.PrecisionOf(time) is not { } precision
            || rotation is null
            || !int.TryParse(retention, NumberStyles.None, CultureInfo.InvariantCulture, out var days))
            return null;
        var installations = int.MaxValue;
        if (minimum is not null
            && !int.TryParse(minimum, NumberStyles.None, CultureInfo.InvariantCulture, out installations))
            return null;
        var events = ScopeFormat.DefaultMaxPerDay;
        if (maxPerDay is not null
            && !int.TryParse(maxPerDay, NumberStyles.None, CultureInfo.InvariantCulture, out events))
            return null;
        var scope = new ScopeText(recipient, endpoint, days, installations, events, precision, rotation.Value);
        foreach (var line in lines)
            scope.AddEventOrField(line.Split(' '));
        return scope;
    }

    internal bool HasEvent(string name) => _events.Contains(name);

    /// <summary>Null if the scope has no such field, or no such event.</summary>
    internal ScopeField? Field(string inEvent, string name) =>
        _fields.TryGetValue(inEvent + " " + name, out var field) ? field : null;

    /// <summary>True if an event of the scope has a field with this name.</summary>
    internal bool HasField(string name)
    {
        foreach (var field in _fields.Values)
        {
            if (field.Name == name)
                return true;
        }

        return false;
    }

    void AddEventOrField(string[] words)
    {
        if (words.Length >= 4 && words[0] == ScopeFormat.Field)
            _fields[words[1] + " " + words[2]] = ScopeField.Parse(words);
        else if (words.Length == 2 && words[0] == ScopeFormat.Event)
            _events.Add(words[1]);
    }
}
