// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Documents;

/// <summary>Writes the data dictionary as JSON.</summary>
sealed class DictionaryJson(ToolManifest manifest)
{
    readonly JsonBuilder _json = new();

    public string Write()
    {
        _json.Open('{');
        WriteTool();
        WriteConsent();
        _json.Open('[', "lists");
        foreach (var list in manifest.Lists)
        {
            _json.Open('{');
            _json.Write("name", list.Name);
            _json.Write("values", list.Values);
            _json.Close('}');
        }

        _json.Close(']');
        WriteFields("fields", manifest.Fields);
        _json.Open('[', "events");
        foreach (var e in manifest.Events)
        {
            _json.Open('{');
            _json.Write("name", e.Name);
            _json.Write("why", e.Why);
            WriteFields("fields", e.Fields);
            _json.Close('}');
        }

        _json.Close(']');
        WriteDatasets();
        _json.Close('}');
        return _json.ToString();
    }

    void WriteTool()
    {
        _json.Write("tallymark", 1);
        _json.Write("tool", manifest.Tool);
        _json.Write("title", manifest.Title);
        _json.Write("manifest", manifest.Version);
        _json.Write("scope", Scope.IdOf(manifest));
        _json.Write("purpose", manifest.Purpose);
        _json.Write("recipient", manifest.Recipient);
        _json.Write("endpoint", manifest.Endpoint);
        _json.Write("repository", manifest.Repository);
        _json.Write("contact", manifest.Contact);
        _json.Write("rotate", manifest.Rotation.ToString().ToLowerInvariant());
        _json.Write("time", manifest.Time.ToString().ToLowerInvariant());
        _json.Write("retentionDays", manifest.RetentionDays);
        _json.Write("maxPerDay", manifest.MaxPerDay);
        _json.Write("license", manifest.License);
        _json.Write("more", manifest.Notice.More);
    }

    void WriteConsent()
    {
        _json.Open('{', "consent");
        _json.Write("default", manifest.Consent.DefaultOn ? "on" : "off");
        string[] channels = [.. manifest.Notice.Channels.Select(c => c.ToString().ToLowerInvariant())];
        if (channels.Length == 1)
            _json.Write("channel", channels[0]);
        else
            _json.Write("channel", channels);
        _json.Write("offBy", [.. OptOutMethods.Of(manifest)]);
        _json.Close('}');
    }

    void WriteFields(string name, IReadOnlyList<Field> fields)
    {
        _json.Open('[', name);
        foreach (var field in fields)
            WriteField(field);
        _json.Close(']');
    }

    void WriteField(Field field)
    {
        _json.Open('{');
        _json.Write("name", field.Name);
        _json.Write("type", FieldTypes.NameOf(field.Type));
        if (field.Part is not null)
            _json.Write("part", field.Part);
        if (field.Type is FieldType.Digest or FieldType.Machine)
            _json.Write("salt", field.Salt.ToString().ToLowerInvariant());
        if (field.List is not null)
            _json.Write("list", field.List);
        else if (field.Values.Count > 0)
            _json.Write("values", field.Values);
        if (field.Prerelease.Count > 0)
            _json.Write("prerelease", field.Prerelease);
        if (field.Buckets.Count > 0)
            _json.Write("buckets", field.Buckets);
        _json.Write("carries", FieldProse.Carries(field).Replace("`", ""));
        _json.Write("why", field.Why);
        _json.Write("example", field.Example);
        _json.Write("published", field.Published);
        if (field.Until is not null)
            _json.Write("until", field.Until);
        _json.Write("filledBy", FieldProse.FilledBy(field));
        _json.Open('{', "review");
        _json.Write("personal", field.Sensitivity.Personal);
        _json.Write("identifier", field.Sensitivity.Identifier);
        _json.Write("sensitive", field.Sensitivity.Sensitive);
        _json.Close('}');
        _json.Close('}');
    }

    void WriteDatasets()
    {
        _json.Open('[', "datasets");
        foreach (var dataset in manifest.Datasets)
        {
            _json.Open('{');
            _json.Write("name", dataset.Name);
            _json.Write("title", dataset.Title);
            _json.Write("minimum", dataset.Minimum);
            _json.Write("events", dataset.Events);
            _json.Open('[', "columns");
            foreach (var column in dataset.Columns)
            {
                _json.Open('{');
                _json.Write("name", column.Name);
                _json.Write("from", column.Field ?? column.From.ToString().ToLowerInvariant());
                if (column.Form != DayForm.YearMonthDay)
                    _json.Write("form", DayForms.NameOf(column.Form));
                _json.Close('}');
            }

            _json.Close(']');
            _json.Close('}');
        }

        _json.Close(']');
    }
}
