// SPDX-License-Identifier: MIT
// Where the sample and its parts lie, and how a program is run in an environment that holds only what a test puts there.

using System.Diagnostics;
using System.Reflection;

namespace Kmpkg.Tests;

/// <summary>What a program left behind when it ended.</summary>
sealed record Ended(int ExitCode, string Output, string Errors)
{
    public string[] Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The ports that it built or tried to build, in order.</summary>
    public string[] Built => [.. Lines.Where(l => l.StartsWith("building ", StringComparison.Ordinal)).Select(l => l.Split(' ')[1])];

    /// <summary>The same run, failed unless it ended with this code.</summary>
    public Ended With(int code)
    {
        Assert.True(ExitCode == code, $"exit code {ExitCode} instead of {code}:\n{Output}{Errors}");
        return this;
    }
}

static class Sample
{
    static readonly Dictionary<string, string> Metadata = typeof(Sample).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!, StringComparer.Ordinal);

    public static string Folder { get; } = Path.Combine(Metadata["RepositoryRoot"], "samples/kmpkg");
    public static string Built => Path.Combine(Folder, "bin", Metadata["Configuration"], "net10.0");
    public static string Ports => Path.Combine(Folder, "ports");
    public static string Bootstrap => Path.Combine(Folder, "bootstrap-kmpkg.sh");
    public static string Manifest => File.ReadAllText(Path.Combine(Folder, "telemetry.yaml"));

    public static async Task<Ended> Run(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder)
    {
        var stop = TestContext.Current.CancellationToken;
        var start = new ProcessStartInfo(file)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
            WorkingDirectory = folder,
        };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        foreach (var (name, value) in environment) start.Environment[name] = value;
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new(process.ExitCode, await output, await errors);
    }
}
