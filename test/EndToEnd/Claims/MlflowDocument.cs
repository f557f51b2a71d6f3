// SPDX-License-Identifier: MIT

using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

/// <summary>
/// The MLflow documents as data (test/documents), and how their elements are read: docs/adr/0021-mlflow.md.
/// </summary>
static class MlflowDocument
{
    public static readonly JsonElement Page = Read("mlflow-events.json");

    public static readonly JsonElement Form = Read("lf-form.json");

    /// <summary>Common elements of the usage page and the fields that carry them.</summary>
    public static readonly Dictionary<string, string[]> Common = new(StringComparer.Ordinal)
    {
        ["Unique session ID"] = ["session_id"],
        ["Unique installation ID"] = ["installation_id"],
        ["Source SDK"] = ["source_sdk"],
        ["MLflow version"] = ["mlflow_version"],
        ["Python version"] = ["runtime_version"],
        ["Operating System"] = ["os", "os_version", "architecture"],
        ["Tracking URI Scheme"] = ["tracking_uri_scheme"],
        ["Event Name"] = ["event"],
        ["Event Status"] = ["status"],
        ["Timestamp (nanoseconds)"] = ["time"],
        ["Duration"] = ["duration"],
    };

    /// <summary>Elements of the form's first table and the fields that carry them.</summary>
    public static readonly Dictionary<string, string[]> Table1 = new(StringComparer.Ordinal)
    {
        ["Unique installation ID"] = ["installation_id"],
        ["Unique session ID"] = ["session_id"],
        ["MLflow version"] = ["mlflow_version"],
        ["Python version"] = ["runtime_version"],
        ["Operating System"] = ["os", "os_version", "architecture"],
        ["API name"] = ["event"],
        ["Backend store"] = ["backend_store"],
    };

    /// <summary>The fields beyond the documents' elements.</summary>
    public static readonly string[] OwnCommonFields = ["mlflow_experiment_id", "backend_store", "environment"];

    /// <summary>Events that are not on the usage page: one of the form, one of the SDK.</summary>
    public static readonly string[] OwnEvents = ["log_model", "dropped"];

    /// <summary>Fields of events of the usage page that only the form has.</summary>
    public static readonly Dictionary<string, string[]> FormFields = new(StringComparer.Ordinal)
    {
        ["autologging"] = ["log_models"],
        ["genai_evaluate"] = ["predict_fn"],
    };

    public static IEnumerable<JsonElement> Events => Page.GetProperty("events").EnumerateArray();

    /// <summary>The event that an API of the form's second table is recorded as.</summary>
    public static string EventOf(string api) => api switch
    {
        "autolog" => "autologging",
        "genai.evaluate Scorers" => "genai_evaluate",
        _ => api,
    };

    /// <summary>The field that an element of the form's second table is recorded in.</summary>
    public static string FieldOf(string element) => element == "scorers" ? "builtin_scorers" : element;

    /// <summary>A parameter of the usage page in the words of a manifest: <c>componentId</c> is component_id.</summary>
    public static string ParameterOf(string name) =>
        string.Concat(name.Select(c => char.IsUpper(c) ? "_" + char.ToLowerInvariant(c) : c.ToString()));

    public static string Text(this JsonElement element, string name) => element.GetProperty(name).GetString()!;

    static JsonElement Read(string name) => JsonDocument.Parse(
        File.ReadAllText(Path.Combine(Product.Root, "test/documents", name))).RootElement;
}
