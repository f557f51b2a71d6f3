// SPDX-License-Identifier: MIT
namespace Tallymark.Record;

/// <summary>
/// The folder STATE of one tool on this user's disk (spec/spool.md), and how files there are created and replaced.
/// Immutable. Folders are created when they are needed.
/// </summary>
sealed class StateFolder
{
    internal const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    internal const string TemporaryEnding = ".tmp";

    /// <summary>The size of a probe: on a full disk it fails, as the files and lines of a run do.</summary>
    internal const int ProbeBytes = 4096;

    // A write beyond the limit (`ulimit -f`) would end the program. No file here gets longer than this.
    const ulong MinFileSize = 16 * 1024 * 1024;

    StateFolder(string path) => Path = path;

    internal string Path { get; }

    internal string Spool => In("spool");

    internal string Building => In("building");

    internal string Batches => In("batches");

    internal string Sent => In("sent");

    internal string Rejected => In("rejected");

    internal string Damaged => In("damaged");

    internal string Splitting => In("splitting");

    internal string Due => In("due");

    internal string Installation => In("installation");

    /// <summary>The collector's settings (spec/settings.md).</summary>
    internal string Settings => In("settings");

    /// <summary>The proofs that past ids belonged to this user.</summary>
    internal string Proofs => In("proofs");

    internal string UploadLock => In("upload.lock");

    /// <summary>Which runtime runs the uploader of a library (docs/adr/0037-uploads-of-short-hosts.md).</summary>
    internal string UploaderRuntime => In("uploader.runtimeconfig.json");

    /// <summary>The state folder of this user; null if the user has no home.</summary>
    internal static StateFolder? Of(ToolDefinition tool, SdkEnvironment environment) =>
        HomeFolders.State(environment) is { } root ? new StateFolder(HomeFolders.OfTool(root, tool.Folder)) : null;

    /// <summary>
    /// The folders of all recipients that this tool has had here, the manifest's first; then those in the home's own
    /// folder for state, if a variable names another one.
    /// </summary>
    internal static List<StateFolder> AllOf(ToolDefinition tool, SdkEnvironment environment)
    {
        var all = new List<StateFolder>();
        foreach (var root in (string?[])[HomeFolders.State(environment), HomeFolders.DefaultState(environment)])
        {
            if (root is null)
                continue;
            var own = HomeFolders.OfTool(root, tool.Tool);
            if (all.Exists(state => state.Path == own))
                continue;
            all.Add(new StateFolder(own));
            var above = System.IO.Path.GetDirectoryName(own)!;
            foreach (var other in Directory.Exists(above) ? Directory.GetDirectories(above, tool.Tool + "@*") : [])
                all.Add(new StateFolder(other));
        }

        return all;
    }

    /// <summary>
    /// False if the folder belongs to another user, as after <c>sudo</c> with the user's HOME: files that this process
    /// created would block that user's processes.
    /// </summary>
    internal bool IsOurs() => IsOurs(Path);

    /// <summary>The same for any path below a home.</summary>
    internal static bool IsOurs(string path) => IsUsable(path, out var problem) || problem != NoticeState.NotOurs;

    /// <summary>
    /// False if nothing may be recorded here, and why. Only a folder in which this user, and no other, can save a
    /// refusal is used.
    /// </summary>
    internal bool IsUsable(out NoticeState problem)
    {
        if (!IsUsable(Path, out problem))
            return false;
        problem = NoticeState.ShortFiles;
        return !OperatingSystem.IsLinux() || Libc.MaxFileSize() >= MinFileSize;
    }

    // The folder, or the nearest one above it that exists. One system call if it exists.
    static bool IsUsable(string path, out NoticeState problem)
    {
        problem = NoticeState.NotOurs;
        if (OperatingSystem.IsWindows())
            return true;
        var nearest = path;
        while (true)
        {
            if (OperatingSystem.IsLinux())
            {
                if (Libc.Status(Libc.ToNative(nearest), out var status) == 0 && status.IsFolder)
                {
                    if (!Libc.IsOurs(status))
                        return false;
                    problem = (status.Mode & FileStatus.OthersWrite) != 0 ? NoticeState.Shared : NoticeState.ReadOnly;
                    return !ReferenceEquals(nearest, path)
                        || (status.Mode & (FileStatus.OthersWrite | FileStatus.OwnerWrites)) == FileStatus.OwnerWrites;
                }
            }
            else if (Directory.Exists(nearest))
                return Libc.IsOurs(nearest);

            var above = System.IO.Path.GetDirectoryName(nearest);
            if (above is null)
                return false;
            nearest = above;
        }
    }

    internal string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Creates a folder and its parents for this user alone, unless they exist.</summary>
    internal static void Make(string folder)
    {
        if (RawFile.FolderExists(folder))
            return;

        // The framework applies the mode to the last folder only.
        if (System.IO.Path.GetDirectoryName(folder) is { } above)
            Make(above);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnFolder);
    }

    /// <summary>Opens a file for this user alone. Unbuffered: each write goes to the file.</summary>
    internal static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            options.UnixCreateMode = OwnFile;
        return new FileStream(path, options);
    }

    /// <summary>Replaces a file atomically: a reader sees the old content or the new one.</summary>
    internal static void Replace(string path, ReadOnlySpan<byte> text) =>
        Place(Temporary(path, text), path, overwrite: true);

    /// <summary>
    /// Renames a temporary file to its name. If that fails, the temporary file is removed: the cause may last, and each
    /// run would leave one.
    /// </summary>
    internal static void Place(string temporary, string path, bool overwrite)
    {
        try
        {
            File.Move(temporary, path, overwrite);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    /// <summary>Tries what <see cref="Replace"/> would do, and changes nothing. Throws if that would fail.</summary>
    /// <exception cref="IOException">The file cannot be made or replaced.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    internal static void ProbeReplace(string path)
    {
        if (Directory.Exists(path))
            throw new IOException(path + ": a folder is in the place of the file");
        File.Delete(Temporary(path, new byte[ProbeBytes]));
    }

    /// <summary>Writes a temporary file beside <paramref name="path"/>, under a random name.</summary>
    internal static string Temporary(string path, ReadOnlySpan<byte> text)
    {
        Make(System.IO.Path.GetDirectoryName(path)!);
        var temporary = path + "." + RandomName() + TemporaryEnding;
        try
        {
            using var file = Open(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            file.Write(text);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }

        return temporary;
    }

    /// <summary>32 random hexadecimal digits. Not Guid.ToString: the runtime compiles it in each process.</summary>
    internal static string RandomName()
    {
        Span<byte> random = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(random);
        var text = new LineBuffer(32);
        text.AddHex(random);
        return System.Text.Encoding.UTF8.GetString(text.Written);
    }
}
