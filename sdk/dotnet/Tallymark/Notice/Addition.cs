// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Notice;

/// <summary>Something that the current manifest collects or does and that the user has not agreed to.</summary>
/// <param name="Text">A description, one line.</param>
/// <param name="Event">The event that it belongs to; null: it belongs to none.</param>
/// <param name="Field">The field; null: the event as a whole.</param>
readonly record struct Addition(string Text, string? Event = null, string? Field = null)
{
    const int MaxShown = 8;
    const int MaxValues = 10;
    const int MaxColumns = 76;
    const int MaxReason = 200;

    /// <summary>
    /// Compares an agreed scope with the current one. A new event is one addition; a field of it is another only if the
    /// user agreed to no such field in any event.
    /// </summary>
    internal static List<Addition> Find(ScopeText agreed, ScopeText now)
    {
        var added = new List<Addition>();
        if (agreed.Recipient != now.Recipient)
            added.Add(new("recipient: " + now.Recipient + " (was " + agreed.Recipient + ")"));
        if (agreed.Endpoint != now.Endpoint)
            added.Add(new("sent to: " + now.Endpoint + " (was " + agreed.Endpoint + ")"));
        if (agreed.RetentionDays < now.RetentionDays)
            added.Add(new("kept for " + now.RetentionDays + " days (was " + agreed.RetentionDays + ")"));
        if (now.Minimum < agreed.Minimum)
        {
            added.Add(new("published in rows of at least " + now.Minimum + " installations (was "
                + (agreed.Minimum == int.MaxValue ? "not published)" : agreed.Minimum + ")")));
        }

        if (now.MaxPerDay > agreed.MaxPerDay)
        {
            added.Add(new("up to " + now.MaxPerDay + " events of one kind a day counted for an installation (was "
                + agreed.MaxPerDay + ")"));
        }

        if (agreed.Rotation > now.Rotation)
            added.Add(new("an installation keeps its id for longer"));
        if (now.Time < agreed.Time)
            added.Add(new("time precision: " + Name(now.Time) + " (was " + Name(agreed.Time) + ")"));
        foreach (var name in now.Events)
        {
            if (!agreed.HasEvent(name))
                added.Add(new("event " + name, name));
        }

        AddFields(added, agreed, now);
        return added;
    }

    /// <summary>
    /// The first additions, each with the reason that the manifest gives, in lines of at most 76 columns unless one
    /// word is longer; then how many more there are.
    /// </summary>
    internal static string ToText(List<Addition> added, ToolDefinition tool)
    {
        var text = new StringBuilder();
        var descriptions = tool.Descriptions?.Invoke() ?? [];
        for (var i = 0; i < added.Count && i < MaxShown; i++)
        {
            var reason = added[i].ReasonIn(descriptions);
            Wrap(text, added[i].Text + (reason is null ? "" : ": " + reason));
        }

        return added.Count <= MaxShown ? text.ToString()
            : text.Append("- and ").Append(added.Count - MaxShown).Append(" more\n").ToString();
    }

    // The lines of `show`: an event, then its fields.
    string? ReasonIn(string[] descriptions)
    {
        string? current = null;
        foreach (var line in descriptions)
        {
            var words = line.Split('\t');
            if (words is ["event", var name, var why])
            {
                current = name;
                if (name == Event && Field is null)
                    return Cut(why);
            }
            else if (words is ["field", var field, _, _, _, _, var reason, ..] && current == Event && field == Field)
                return Cut(reason);
        }

        return null;
    }

    static string Cut(string reason) => reason.Length <= MaxReason ? reason : reason[..MaxReason] + "…";

    // The same addition in several events is one line.
    static void AddFields(List<Addition> added, ScopeText agreed, ScopeText now)
    {
        var found = new List<(string Name, string Change, List<string> Events)>();
        foreach (var field in now.Fields)
        {
            if (Change(agreed.Field(field.Event, field.Name), field) is not { } change
                || (!agreed.HasEvent(field.Event) && IsAgreedElsewhere(agreed, field)))
                continue;
            var same = found.Find(one => one.Name == field.Name && one.Change == change);
            if (same.Events is null)
                found.Add((field.Name, change, [field.Event]));
            else
                same.Events.Add(field.Event);
        }

        foreach (var (name, change, events) in found)
            added.Add(new("field " + name + " of " + string.Join(", ", events) + change, events[0], name));
    }

    static bool IsAgreedElsewhere(ScopeText agreed, ScopeField field)
    {
        foreach (var other in agreed.Fields)
        {
            if (other.Name == field.Name && Change(other, field) is null)
                return true;
        }

        return false;
    }

    // Null: the agreed field covers the current one.
    static string? Change(ScopeField? before, ScopeField now)
    {
        var kind = " (" + now.Kind + ")";
        if (before is null)
            return kind;
        if (now.Kind != before.Kind)
            return " (" + now.Kind + ", was " + before.Kind + ")";
        if (now.Published && !before.Published)
            return " (" + now.Kind + ", now published)";
        if (!now.IsWithin(before))
            return " (" + now.Kind + (now.Buckets is null ? ", no longer in buckets)" : ", with different buckets)");
        var values = now.Beyond(before);
        return values.Count == 0 ? null
            : kind + ": values " + (values.Count <= MaxValues ? string.Join(", ", values)
                : string.Join(", ", values.GetRange(0, MaxValues)) + " and " + (values.Count - MaxValues) + " more");
    }

    static void Wrap(StringBuilder text, string addition)
    {
        var column = 1;
        text.Append('-');
        foreach (var word in addition.Split(' '))
        {
            if (column > 1 && column + 1 + word.Length > MaxColumns)
            {
                text.Append("\n ");
                column = 1;
            }

            text.Append(' ').Append(word);
            column += 1 + word.Length;
        }

        text.Append('\n');
    }

    static string Name(TimePrecision time) => time.ToString().ToLowerInvariant();
}
