// SPDX-License-Identifier: MIT
using System.Collections;
using System.Runtime.InteropServices;
using System.Text;

namespace Tallymark.Upload;

#pragma warning disable IDE1006 // The names of the C library and of Windows.
/// <summary>
/// Starts a process that inherits no terminal, pipe or session. Process.Start cannot do that: its child keeps standard
/// output open, and <c>x=$(tool)</c> would wait for it.
/// </summary>
static unsafe partial class DetachedStart
{
    // posix_spawn.h. The two structures are opaque: 80 and 336 bytes in glibc and musl, a pointer each on macOS and
    // FreeBSD.
    const int MaxStructureBytes = 1024;
    const short POSIX_SPAWN_SETPGROUP = 0x2;
    const short POSIX_SPAWN_SETSID = 0x80;
    const short MacSetsid = 0x400;
    const short MacCloexecDefault = 0x4000;
    const int O_RDWR = 2;
    const int FirstAfterStandardError = 3;

    // winbase.h.
    const uint DETACHED_PROCESS = 0x8;
    const uint CREATE_UNICODE_ENVIRONMENT = 0x400;
    const uint IDLE_PRIORITY_CLASS = 0x40;

    /// <summary>
    /// Starts <paramref name="command"/> (program first) with the environment of this process and, if one is named, one
    /// more variable. Does not wait for it.
    /// </summary>
    /// <exception cref="IOException">The process could not be started.</exception>
    internal static void Run(string[] command, string? variable = null, string? value = null)
    {
        if (OperatingSystem.IsWindows())
            RunOnWindows(command, variable, value);
        else
            RunOnUnix(command, variable, value);
    }

    static void RunOnUnix(string[] command, string? variable, string? value)
    {
        var actions = (byte*)NativeMemory.AllocZeroed(MaxStructureBytes);
        var attributes = (byte*)NativeMemory.AllocZeroed(MaxStructureBytes);
        var arguments = ToNative(command);
        var environment = ToNative(Environment(variable, value));
        try
        {
            Check(InitActions(actions));
            Check(InitAttributes(attributes));
            Check(AddOpen(actions, 0, "/dev/null", O_RDWR, 0));
            Check(AddDuplicate(actions, 0, 1));
            Check(AddDuplicate(actions, 0, 2));
            CloseOthers(actions);
            Check(SetFlags(attributes, Flags()));
            Check(Spawn(out _, command[0], actions, attributes, arguments, environment));
            _ = DestroyActions(actions);
            _ = DestroyAttributes(attributes);
        }
        finally
        {
            Free(arguments);
            Free(environment);
            NativeMemory.Free(actions);
            NativeMemory.Free(attributes);
        }
    }

    static short Flags()
    {
        if (OperatingSystem.IsMacOS())
            return MacSetsid | MacCloexecDefault;
        return OperatingSystem.IsLinux() ? POSIX_SPAWN_SETSID : POSIX_SPAWN_SETPGROUP;
    }

    // glibc 2.34 and later. Elsewhere descriptors that this process itself inherited stay open in the child, unless
    // they are marked close-on-exec, as all descriptors that .NET opens are.
    static void CloseOthers(byte* actions)
    {
        if (OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var libc)
            && NativeLibrary.TryGetExport(libc, "posix_spawn_file_actions_addclosefrom_np", out var add))
            Check(((delegate* unmanaged<byte*, int, int>)add)(actions, FirstAfterStandardError));
    }

    // Compiled, but not yet run on Windows. No handle is inherited, and a detached process has no console.
    static void RunOnWindows(string[] command, string? variable, string? value)
    {
        var line = new StringBuilder();
        foreach (var argument in command)
            line.Append(line.Length == 0 ? "" : " ").Append('"').Append(argument).Append('"');
        var block = Environment(variable, value);
        block.Sort(StringComparer.OrdinalIgnoreCase);
        var startup = stackalloc byte[MaxStructureBytes];
        new Span<byte>(startup, MaxStructureBytes).Clear();
        *(int*)startup = nint.Size == 8 ? 104 : 68;
        var process = stackalloc nint[4];
        fixed (char* text = line.Append('\0').ToString())
        fixed (char* environment = string.Join('\0', block) + "\0\0")
        {
            const uint Flags = DETACHED_PROCESS | CREATE_UNICODE_ENVIRONMENT | IDLE_PRIORITY_CLASS;
            if (CreateProcess(null, text, null, null, 0, Flags, environment, null, startup, process) == 0)
                throw new IOException("CreateProcess: error " + Marshal.GetLastPInvokeError());
        }

        _ = CloseHandle(process[0]);
        _ = CloseHandle(process[1]);
    }

    static List<string> Environment(string? variable, string? value)
    {
        var all = new List<string>();
        foreach (DictionaryEntry entry in System.Environment.GetEnvironmentVariables())
        {
            if ((string)entry.Key != variable)
                all.Add(entry.Key + "=" + entry.Value);
        }

        if (variable is not null)
            all.Add(variable + "=" + value);
        return all;
    }

    static byte** ToNative(IReadOnlyList<string> texts)
    {
        var all = (byte**)NativeMemory.AllocZeroed((nuint)texts.Count + 1, (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
            all[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        return all;
    }

    static void Free(byte** texts)
    {
        for (var at = texts; *at is not null; at++)
            Marshal.FreeCoTaskMem((nint)(*at));
        NativeMemory.Free(texts);
    }

    static void Check(int error)
    {
        if (error != 0)
            throw new IOException("posix_spawn: error " + error);
    }

    [LibraryImport("libc", EntryPoint = "posix_spawn", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Spawn(
        out int process, string path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
    private static partial int InitActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
    private static partial int DestroyActions(byte* actions);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int AddOpen(byte* actions, int descriptor, string path, int flags, uint mode);

    [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
    private static partial int AddDuplicate(byte* actions, int descriptor, int other);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
    private static partial int InitAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
    private static partial int DestroyAttributes(byte* attributes);

    [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
    private static partial int SetFlags(byte* attributes, short flags);

    [LibraryImport("kernel32", EntryPoint = "CreateProcessW", SetLastError = true)]
    private static partial int CreateProcess(
        char* application, char* line, void* process, void* thread, int inherit, uint flags, char* environment,
        char* folder, void* startup, nint* information);

    [LibraryImport("kernel32", EntryPoint = "CloseHandle")]
    private static partial int CloseHandle(nint handle);
}
