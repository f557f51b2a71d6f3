// SPDX-License-Identifier: MIT

using System.Diagnostics;

namespace Tallymark.FrontDoor;

/// <summary>Paths of the built programs; runs them with only the environment that a test sets.</summary>
static class Product
{
    public static string Root => Repository.Root;
    public static string Configuration => Repository.Configuration;
    public static string Kmpkg => SampleTool.Kmpkg.Path;

    /// <summary>kmpkg with code that leaks names around the SDK, see test/samples/kmpkg.Leaking.</summary>
    public static string LeakingKmpkg => SampleTool.Kmpkg.LeakingPath;

    public static string Tallymark => Built("cli", "tallymark");
    public static string Sample => Built("test/sdk/dotnet/Tallymark.Program", "sample-tool");
    public static string Bootstrap => Path.Combine(Root, "samples/kmpkg/bootstrap-kmpkg.sh");
    public static string Ports => Path.Combine(Root, "samples/kmpkg/ports");
    public static string ManifestFile => SampleTool.Kmpkg.ManifestFile;

    /// <summary>An executable of a built project.</summary>
    public static string Built(string project, string program) => Repository.Built(project, program);

    /// <summary>
    /// Starts a program in a clean environment; the caller reads its output and disposes it. Its standard input is
    /// empty, unless the caller writes to it.
    /// </summary>
    public static Process Start(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment, string folder = "",
        bool keepInput = false)
    {
        string[] words = [.. arguments];
        var process = ProcessRun.Start(file, words, environment, folder);
        if (!keepInput)
            process.StandardInput.Close();
        foreach (var tool in words.Append(file).Select(ToolOf).OfType<SampleTool>())
            EntryPointLog.Record(EntryPoint.Tool, tool);
        return process;
    }

    /// <summary>Runs a program until it has exited and both its pipes are closed.</summary>
    public static async Task<ProcessResult> Run(
        string file, IEnumerable<string> arguments, IReadOnlyDictionary<string, string> environment,
        CancellationToken stop, string folder = "")
    {
        using var process = Start(file, arguments, environment, folder);
        return await ProcessRun.End(process, stop);
    }

    // Some tests run the tool through a shell, a tracer or a pseudo-terminal, so each argument counts, and the first
    // quoted word of a command line.
    static SampleTool? ToolOf(string argument)
    {
        var path = argument.StartsWith('\'') ? argument.Split('\'')[1] : argument;
        if (!Path.IsPathRooted(path) || !File.Exists(path))
            return null;
        var name = Path.GetFileName(path);
        return name == Path.GetFileName(Bootstrap)
            ? SampleTool.Kmpkg
            : SampleTool.All.FirstOrDefault(tool => tool.Program == name);
    }
}
