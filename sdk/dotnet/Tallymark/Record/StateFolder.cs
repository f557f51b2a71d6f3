// SPDX-License-Identifier: MIT
// Where a tool's telemetry lies on this user's disk (spec/spool.md), and how small files there are read and replaced.

namespace Tallymark.Record;

/// <summary>The folder STATE of one tool. Immutable; nothing is made on disk before it is needed.</summary>
sealed class StateFolder
{
    internal const UnixFileMode OwnFile = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    const UnixFileMode OwnFolder = OwnFile | UnixFileMode.UserExecute;

    internal const string TemporaryEnding = ".tmp";

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

    /// <summary>What the collector asks to leave out (spec/settings.md).</summary>
    internal string Settings => In("settings");

    /// <summary>What proves that past ids were this user's.</summary>
    internal string Proofs => In("proofs");

    internal string UploadLock => In("upload.lock");

    /// <summary>The state folder of this user; null where the user has no home.</summary>
    internal static StateFolder? Of(ToolDefinition tool, SdkEnvironment surroundings)
    {
        string? root;
        if (OperatingSystem.IsWindows())
            root = Absolute(surroundings.Variable("LOCALAPPDATA"));
        else if (OperatingSystem.IsMacOS())
            root = Under(Absolute(surroundings.Variable("HOME")), "Library/Application Support");
        else
            root = Absolute(surroundings.Variable("XDG_STATE_HOME"))
                ?? Under(Absolute(surroundings.Variable("HOME")), ".local/state");

        // Two at a time: with three or four the framework makes another set of methods ready.
        return root is null ? null : new StateFolder(System.IO.Path.Combine(System.IO.Path.Combine(root, "tallymark"), tool.Folder));
    }

    /// <summary>The folders of all recipients that this tool has had here, its own first.</summary>
    internal static List<StateFolder> AllOf(ToolDefinition tool, SdkEnvironment surroundings)
    {
        var all = new List<StateFolder>();
        if (Of(tool, surroundings) is not { } one)
            return all;
        var above = System.IO.Path.GetDirectoryName(one.Path)!;
        all.Add(new StateFolder(System.IO.Path.Combine(above, tool.Tool)));
        if (Directory.Exists(above))
        {
            foreach (var other in Directory.GetDirectories(above, tool.Tool + "@*"))
                all.Add(new StateFolder(other));
        }

        return all;
    }

    /// <summary>
    /// False if what is there belongs to somebody else, as after <c>sudo</c> with the user's HOME: files made now would
    /// be in that user's way for ever.
    /// </summary>
    internal bool IsOurs() => IsOurs(Path);

    /// <summary>The same for any path below a home.</summary>
    internal static bool IsOurs(string path)
    {
        if (OperatingSystem.IsWindows())
            return true;
        var nearest = path;
        while (!SmallFile.FolderExists(nearest))
        {
            var above = System.IO.Path.GetDirectoryName(nearest);
            if (above is null)
                return false;
            nearest = above;
        }

        return Libc.IsOurs(nearest);
    }

    internal string In(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>Makes a folder and those above it, for this user alone, unless they are there.</summary>
    internal static void Make(string folder)
    {
        if (SmallFile.FolderExists(folder))
            return;

        // The framework gives the mode to the last folder only.
        if (System.IO.Path.GetDirectoryName(folder) is { } above)
            Make(above);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(folder);
        else
            Directory.CreateDirectory(folder, OwnFolder);
    }

    /// <summary>Opens a file for this user alone. Without buffer: each write is a write to the file.</summary>
    internal static FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
    {
        var options = new FileStreamOptions { Mode = mode, Access = access, Share = share, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode != FileMode.Open)
            options.UnixCreateMode = OwnFile;
        return new FileStream(path, options);
    }

    /// <summary>Puts a whole new file in the place of the old one: a reader sees one or the other.</summary>
    internal static void Replace(string path, ReadOnlySpan<byte> text)
    {
        var temporary = Temporary(path, text);
        File.Move(temporary, path, overwrite: true);
    }

    /// <summary>Writes a file beside <paramref name="path"/>, under a name that nobody else has.</summary>
    internal static string Temporary(string path, ReadOnlySpan<byte> text)
    {
        Make(System.IO.Path.GetDirectoryName(path)!);
        var temporary = path + "." + RandomName() + TemporaryEnding;
        try
        {
            using var file = Open(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None);
            file.Write(text);
        }
        catch (IOException)
        {
            File.Delete(temporary);
            throw;
        }

        return temporary;
    }

    /// <summary>32 random hexadecimal digits. Not by Guid.ToString, which the runtime compiles anew in each process.</summary>
    internal static string RandomName()
    {
        Span<byte> random = stackalloc byte[16];
        Guid.NewGuid().TryWriteBytes(random);
        var text = new LineBuffer(32);
        text.AddHex(random);
        return System.Text.Encoding.UTF8.GetString(text.Written);
    }

    internal static string? Absolute(string? path) =>
        string.IsNullOrEmpty(path) || !System.IO.Path.IsPathFullyQualified(path) ? null : path;

    /// <summary>A home that is not there is none, and none is made.</summary>
    internal static string? Under(string? home, string folder) =>
        home is null || !SmallFile.FolderExists(home) ? null : System.IO.Path.Combine(home, folder);
}
