// SPDX-License-Identifier: MIT

using static Tallymark.Manifests.Documents.Markdown;

namespace Tallymark.Manifests.Review;

/// <summary>The rows of the form's two tables: each element, and the metadata of each event.</summary>
sealed class ReviewTables(ToolManifest manifest)
{
    public static readonly string[] ElementHeadings =
    [
        "Element", "Could be personal", "Could be a tracking or unique identifier",
        "Could be end-user, sensitive or business data", "Notes",
    ];

    public static readonly string[] MetadataHeadings = ["API name", "Data element", "Type", "Possible values"];

    /// <summary>Each element once, with the three answers that follow from its type.</summary>
    public IEnumerable<string[]> Elements()
    {
        yield return ["name of the event", "No", "No", "No", "One of the events below."];
        yield return ["time of the event", "No", "No", "No", $"To the {manifest.Time.ToString().ToLowerInvariant()}."];
        yield return ["status of the event", "No", "No", "No", "`success`, `failure` or `unknown`."];
        foreach (var field in DistinctFields())
        {
            var could = field.Sensitivity;
            var until = field.Until is null ? "" : $" Collected until {field.Until}.";
            yield return [
                Code(field.Name), Answer(could.Personal), Answer(could.Identifier), Answer(could.Sensitive),
                $"{FieldProse.Carries(field)} {Escape(field.Why)}{ValuesOfCommon(field)}{until}",
            ];
        }
    }

    /// <summary>The own fields of each event, with all possible values.</summary>
    public IEnumerable<string[]> Metadata()
    {
        foreach (var e in manifest.Events)
        {
            foreach (var field in e.Fields)
                yield return [Code(e.Name), Code(field.Name), FieldProse.TypeOf(field), Values(field)];
            yield return [Code(e.Name), "status", "enum", "`success`, `failure`, `unknown`"];
        }
    }

    /// <summary>Each field name once: a name has one type in the whole manifest.</summary>
    IEnumerable<Field> DistinctFields() => manifest.Fields.Concat(manifest.Events.SelectMany(e => e.Fields))
        .GroupBy(f => f.Name, StringComparer.Ordinal).Select(same => same.First());

    // The second table lists the values of the other fields.
    string ValuesOfCommon(Field field) => field.Values.Count > 0 && manifest.Fields.Contains(field)
        ? $" Values: {Values(field)}." : "";

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
}
