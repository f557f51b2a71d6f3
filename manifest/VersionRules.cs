// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests;

/// <summary>
/// Compares versions of a manifest: the changes that are not allowed, because all versions share a field's column in
/// the store, and the effects of the others on a period that is not released yet
/// (<c>docs/adr/0027-promises-of-a-version.md</c>). Pure.
/// </summary>
public static class VersionRules
{
    /// <summary>
    /// Why a new version can't be accepted beside an earlier one; null: it can. The store has one column for each field
    /// name, so a name keeps its type, part, salt and source.
    /// </summary>
    public static string? Conflict(ToolManifest earlier, ToolManifest later)
    {
        if (ChangedField(earlier, later) is not { } field)
            return null;
        return $"the field `{field.Name}` is `{KindOf(field)}` here, but `{KindOf(FieldsOf(earlier)[field.Name])}` in "
            + $"accepted version {earlier.Version}. A field's type, part, salt and source can't change, because stored "
            + "events have its values; use a different name for the new field.";
    }

    /// <summary>The field of the conflict, as the new version declares it; null: there is none.</summary>
    internal static Field? ChangedField(ToolManifest earlier, ToolManifest later)
    {
        var before = FieldsOf(earlier);
        return FieldsOf(later).Values.FirstOrDefault(
            field => before.TryGetValue(field.Name, out var old) && KindOf(field) != KindOf(old));
    }

    /// <summary>
    /// The effects of a new version on periods with events of the earlier one, a sentence for each change; empty if
    /// published files stay alike.
    /// </summary>
    public static IReadOnlyList<string> Effects(ToolManifest earlier, ToolManifest later)
    {
        var effects = new List<string>();
        foreach (var dataset in earlier.Datasets)
        {
            var now = later.Datasets.FirstOrDefault(d => d.Name == dataset.Name);
            if (now is null)
            {
                effects.Add($"dataset {dataset.Name}: removed. Periods with events of version {earlier.Version} still "
                    + "release it.");
                continue;
            }

            foreach (var column in Without(now, dataset))
            {
                effects.Add($"dataset {now.Name}: column {column} is new. Rows of version {earlier.Version} have "
                    + $"`{Dataset.NotCollected}` in it.");
            }

            foreach (var column in Without(dataset, now))
            {
                effects.Add($"dataset {now.Name}: column {column} is removed. Periods with events of version "
                    + $"{earlier.Version} still have it; rows of version {later.Version} have "
                    + $"`{Dataset.NotCollected}` in it.");
            }

            if (now.Minimum != dataset.Minimum)
            {
                effects.Add($"dataset {dataset.Name}: minimum {now.Minimum} instead of {dataset.Minimum}. Rows of "
                    + $"version {earlier.Version} keep {dataset.Minimum}.");
            }
        }

        foreach (var dataset in later.Datasets.Where(d => earlier.Datasets.All(old => old.Name != d.Name)))
        {
            effects.Add($"dataset {dataset.Name}: new. It has events of version {later.Version} and later only, in an "
                + "open period too.");
        }

        if (later.MaxPerDay != earlier.MaxPerDay && later.Datasets.Count > 0)
        {
            effects.Add($"max-per-day: {later.MaxPerDay} instead of {earlier.MaxPerDay}. Events of version "
                + $"{earlier.Version} keep {earlier.MaxPerDay}.");
        }

        if (later.RetentionDays > earlier.RetentionDays)
        {
            effects.Add($"retention: {later.RetentionDays} days. Events of version {earlier.Version} are still removed "
                + $"after {earlier.RetentionDays}.");
        }
        else if (later.RetentionDays < earlier.RetentionDays)
            effects.Add($"retention: {later.RetentionDays} days, also for events of version {earlier.Version}.");
        return effects;
    }

    // The headings of columns whose source the other dataset does not have.
    static IEnumerable<string> Without(Dataset dataset, Dataset other) => dataset.Columns
        .Where(c => other.Columns.All(o => o.From != c.From || o.Field != c.Field)).Select(c => c.Name);

    static Dictionary<string, Field> FieldsOf(ToolManifest manifest)
    {
        var fields = new Dictionary<string, Field>(StringComparer.Ordinal);
        foreach (var field in manifest.Events.SelectMany(manifest.FieldsOf))
            fields[field.Name] = field;
        return fields;
    }

    static string KindOf(Field field)
    {
        var kind = FieldTypes.NameOf(field.Type);
        if (field.Part is not null)
            kind += " part: " + field.Part;
        if (field.Type is FieldType.Digest)
            kind += " salt: " + field.Salt.ToString().ToLowerInvariant();
        if (field.Type is FieldType.Duration or FieldType.Version && field.Source == FieldSource.Program)
            kind += " source: program";
        return kind;
    }
}
