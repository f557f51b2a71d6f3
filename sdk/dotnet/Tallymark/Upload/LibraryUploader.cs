// SPDX-License-Identifier: MIT
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;

namespace Tallymark.Upload;

/// <summary>
/// The uploader of a library whose host process ends before a background upload could: <c>dotnet exec Tallymark.dll</c>
/// as a detached process. 1. <see cref="Start"/> runs in the host. 2. <see cref="Main"/> runs in the new process and
/// takes the tool's definition from the library. docs/adr/0037-uploads-of-short-hosts.md says which hosts can do this.
/// </summary>
static class LibraryUploader
{
    /// <summary>The member of the generated class that holds the definition.</summary>
    const string Definition = "Definition";

    const string Framework = "Microsoft.NETCore.App";
    const int ArgumentCount = 5;
    const int Misused = 2;

    /// <summary>
    /// True if this process can start an uploader that decides as the process itself would. The new process reads the
    /// real environment, so a tool's own tests never start one. Cost: two file checks.
    /// </summary>
    /// <param name="recorder">A type of the assembly that holds the manifest.</param>
    /// <param name="environment">The environment of the run.</param>
    internal static bool CanStart(Type recorder, SdkEnvironment environment) =>
        ReferenceEquals(environment, SdkEnvironment.Real) && FileOf(recorder).Length > 0
        && FileOf(typeof(LibraryUploader)).Length > 0 && File.Exists(Host());

    /// <summary>Starts the uploader of a library. Does not wait for it.</summary>
    /// <param name="recorder">A type of the assembly that holds the manifest.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="state">The tool's folder; gets a small file that tells the host which runtime to use.</param>
    /// <param name="environment">The environment of the run.</param>
    /// <exception cref="IOException">The process could not be started.</exception>
    /// <exception cref="UnauthorizedAccessException">The folder must not be written.</exception>
    internal static void Start(Type recorder, ToolDefinition tool, StateFolder state, SdkEnvironment environment)
    {
        // Not the host program's own settings: they may name frameworks that an upload does not need, and a host such
        // as a test runner has them elsewhere.
        StateFolder.Replace(state.UploaderRuntime, Encoding.UTF8.GetBytes(
            "{\"runtimeOptions\":{\"framework\":{\"name\":\"" + Framework + "\",\"version\":\""
                + Path.GetFileName(RuntimeFolder()) + "\"},"
                + "\"configProperties\":{\"System.Globalization.Invariant\":true}}}\n"));
        DetachedStart.Run(
        [
            Host(), "exec", "--runtimeconfig", state.UploaderRuntime, FileOf(typeof(LibraryUploader)),
            UploaderProcess.Argument, tool.Tool, FileOf(recorder), (recorder.DeclaringType ?? recorder).FullName!,
            environment.ProgramFolder,
        ]);
    }

    /// <summary>
    /// The entry point of Tallymark.dll: <c>--tallymark-upload TOOL LIBRARY CLASS FOLDER</c>, FOLDER being the host
    /// program's. Waits for another uploader, because the host may still be ending its own.
    /// </summary>
    internal static int Main(string[] args)
    {
        if (args.Length != ArgumentCount || args[0] != UploaderProcess.Argument)
        {
            Console.Error.WriteLine("Tallymark.dll is a library. Only a process that uses it starts it, to upload.");
            return Misused;
        }

        try
        {
            var tool = DefinitionIn(args[2], args[3]);
            if (tool?.Tool == args[1])
                UploaderProcess.Run(tool, new SdkEnvironment { ProgramFolder = args[4] }, wait: true);
        }
        catch (Exception e)
        {
            SelfLog.Report("The uploader of a library failed.", e);
        }

        return 0;
    }

    [UnconditionalSuppressMessage("Trimming", "IL2026", Justification = OnlyUntrimmed)]
    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = OnlyUntrimmed)]
    static ToolDefinition? DefinitionIn(string library, string type) =>
        Assembly.LoadFrom(library).GetType(type)?.GetField(Definition, BindingFlags.Static | BindingFlags.NonPublic)
            ?.GetValue(null) as ToolDefinition;

    const string OnlyUntrimmed = "Runs only below `dotnet exec`. A trimmed program brings its own runtime, so it has "
        + "no such host and CanStart is false.";

    // ROOT/shared/Microsoft.NETCore.App/VERSION. A program that brings its own runtime has another folder, and no
    // `dotnet` there.
    static string RuntimeFolder() => Path.TrimEndingDirectorySeparator(RuntimeEnvironment.GetRuntimeDirectory());

    static string Host() => Path.GetFullPath(Path.Combine(
        RuntimeFolder(), "../../..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "Empty in a single file: CanStart is false.")]
    static string FileOf(Type type) => type.Assembly.Location;
}
