// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Mlflow.Stores;

/// <summary>The form of JSON in files and in requests: names in snake_case.</summary>
public static class MlflowJson
{
    /// <summary>The options of every reader and writer. Thread-safe.</summary>
    public static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
    };
}
