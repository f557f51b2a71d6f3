// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Reflection;

namespace Tallymark.FrontDoor;

/// <summary>Paths of the built programs; runs them with only the environment that a test sets.</summary>
static class Product
{
    static readonly Dictionary<string, string> Metadata = typeof(Product).Assembly
        .GetCustomAttributes<AssemblyMetadataAttribute>().ToDictionary(a => a.Key, a => a.Value!,
            StringComparer.Ordinal);

    public static string Root => Metadata["RepositoryRoot"];
    public static string Configuration => Metadata["Configuration"];
    public static string Kmpkg => SampleTool.Kmpkg.Path;

    /// <summary>kmpkg with code that leaks names around the SDK, see test/samples/kmpkg.Leaking.</summary>
    public static string LeakingKmpkg => SampleTool.Kmpkg.LeakingPath;

    public static string Tallymark => Built("cli", "tallymark");
    public static string Sample => Built("test/sdk/dotnet/Tallymark.Program", "sample-tool");
    public static string Bootstrap => Path.Combine(Root, "samples/kmpkg/bootstrap-kmpkg.sh");
    public static string Ports => Path.Combine(Root, "samples/kmpkg/ports");
    public static string ManifestFile => SampleTool.Kmpkg.ManifestFile;

    /// <summary>An executable of a built project.</summary>
    public static string Built(string project, string program) =>
        Path.Combine(Root, project, "bin", Configuration, "net10.0", program);

    /// <summary>Starts a program in a clean environment; the caller reads its output and disposes it.</summary>
    public static Process Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder = "")
    {
        var start = new ProcessStartInfo(file)
        {
            WorkingDirectory = folder,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var argument in arguments)
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        start.Environment["PATH"] = Environment.GetEnvironmentVariable("PATH");
        start.Environment["DOTNET_ROOT"] = Environment.GetEnvironmentVariable("DOTNET_ROOT");
        foreach (var (name, value) in environment)
            start.Environment[name] = value;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{file} did not start");
        process.StandardInput.Close();
        if (start.ArgumentList.Append(file).Any(IsTool))
            EntryPointLog.Record(EntryPoint.Tool);
        return process;
    }

    /// <summary>Runs a program until it has exited and both its pipes are closed.</summary>
    public static async Task<ProcessResult> Run(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment,
        CancellationToken stop, string folder = "")
    {
        using var process = Start(file, arguments, environment, folder);
        var output = process.StandardOutput.ReadToEndAsync(stop);
        var errors = process.StandardError.ReadToEndAsync(stop);
        await process.WaitForExitAsync(stop);
        return new ProcessResult(process.ExitCode, await output, await errors);
    }

    // Some tests run the tool through a shell, a tracer or a pseudo-terminal, so each argument counts, and the first
    // quoted word of a command line.
    static bool IsTool(string argument)
    {
        var path = argument.StartsWith('\'') ? argument.Split('\'')[1] : argument;
        return Path.IsPathRooted(path) && File.Exists(path)
            && (Path.GetFileName(path) == Path.GetFileName(Bootstrap)
                || SampleTool.All.Any(tool => tool.Program == Path.GetFileName(path)));
    }
}
