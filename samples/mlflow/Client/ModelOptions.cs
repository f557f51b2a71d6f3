// SPDX-License-Identifier: MIT
namespace Mlflow;

/// <summary>The optional arguments of <see cref="MlflowClient.LogModel"/>; null: not given.</summary>
public sealed record ModelOptions
{
    /// <summary>The packages that the model needs, in place of those found by itself.</summary>
    public IReadOnlyList<string>? PipRequirements { get; init; }

    /// <summary>Packages that the model needs in addition.</summary>
    public IReadOnlyList<string>? ExtraPipRequirements { get; init; }

    /// <summary>Files of code that the model needs.</summary>
    public IReadOnlyList<string>? CodePaths { get; init; }

    /// <summary>Parameters that the model was trained with.</summary>
    public IReadOnlyDictionary<string, string>? Params { get; init; }

    /// <summary>Anything else about the model.</summary>
    public IReadOnlyDictionary<string, string>? Metadata { get; init; }

    /// <summary>All of them as names and values.</summary>
    internal Dictionary<string, string> ToAttributes()
    {
        var all = new Dictionary<string, string>(StringComparer.Ordinal);
        AddList(all, "pip_requirements", PipRequirements);
        AddList(all, "extra_pip_requirements", ExtraPipRequirements);
        AddList(all, "code_paths", CodePaths);
        foreach (var (name, value) in Params ?? new Dictionary<string, string>(StringComparer.Ordinal))
            all["params." + name] = value;
        foreach (var (name, value) in Metadata ?? new Dictionary<string, string>(StringComparer.Ordinal))
            all["metadata." + name] = value;
        return all;
    }

    static void AddList(Dictionary<string, string> all, string name, IReadOnlyList<string>? values)
    {
        if (values is not null)
            all[name] = string.Join('\n', values);
    }
}
