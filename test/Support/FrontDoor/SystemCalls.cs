// SPDX-License-Identifier: MIT
// What a process asked of the system, as strace saw it: sockets, processes, files that it wrote.

namespace Tallymark.FrontDoor;

/// <summary>The calls of one command and of all that it started.</summary>
sealed class SystemCalls
{
    static readonly HashSet<string> OfSockets = new(StringComparer.Ordinal)
        { "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg" };

    static readonly HashSet<string> OfProcesses = new(StringComparer.Ordinal) { "fork", "vfork", "clone", "clone3" };

    static readonly HashSet<string> OfOpening = new(StringComparer.Ordinal) { "open", "openat", "openat2" };

    static readonly HashSet<string> OfChanging = new(StringComparer.Ordinal)
    {
        "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "link", "linkat", "symlink", "symlinkat", "truncate",
        "unlink", "unlinkat", "rmdir", "chmod", "fchmodat", "chown", "fchownat", "utime", "utimensat", "setxattr",
    };

    static readonly string[] ForWriting = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"];

    readonly List<(string Name, string Line)> _calls;

    SystemCalls(List<(string Name, string Line)> calls) => _calls = calls;

    /// <summary>A command that runs another one under strace. The runtime's own socket for debuggers is not opened.</summary>
    public static string[] Watch(Home home, string trace, params IEnumerable<string> command)
    {
        home.Environment["DOTNET_EnableDiagnostics"] = "0";
        var names = string.Join(',', OfOpening.Concat(OfChanging).Select(name => "?" + name));
        return ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=%network,%process," + names, "-o", trace, .. command];
    }

    public static SystemCalls Read(string trace)
    {
        // PROCESS NAME(…; one that did not end at once stands in two lines, and the second, of its end, is not needed.
        var calls = new List<(string, string)>();
        foreach (var line in File.ReadLines(trace))
        {
            var call = line[(line.IndexOf(' ', StringComparison.Ordinal) + 1)..].Trim();
            if (call.IndexOf('(', StringComparison.Ordinal) is var end and > 0 && !call.StartsWith('<'))
                calls.Add((call[..end], call));
        }

        var read = new SystemCalls(calls);
        Assert.Contains(read._calls, call => call.Name == "execve");
        Assert.Contains(read._calls, call => call.Name == "openat");
        return read;
    }

    /// <summary>Sockets of any kind.</summary>
    public IEnumerable<string> Sockets => Lines(call => OfSockets.Contains(call.Name));

    /// <summary>Processes that were started, and programs that were run beside the first one; a thread is none.</summary>
    public IEnumerable<string> Children =>
        Lines(call => OfProcesses.Contains(call.Name) && !call.Line.Contains("CLONE_THREAD", StringComparison.Ordinal))
            .Concat(Lines(call => call.Name is "execve" or "execveat").Skip(1));

    /// <summary>Files and folders that were made, opened for writing, renamed or removed; what lies in /proc and /dev is no file on a disk.</summary>
    public IEnumerable<string> Writes => Lines(call => OfChanging.Contains(call.Name)
        || (OfOpening.Contains(call.Name) && ForWriting.Any(flag => call.Line.Contains(flag, StringComparison.Ordinal)) && !IsNoDisk(call.Line)));

    static bool IsNoDisk(string line) => line.Contains("(AT_FDCWD, \"/proc/", StringComparison.Ordinal)
        || line.Contains("(AT_FDCWD, \"/dev/", StringComparison.Ordinal);

    IEnumerable<string> Lines(Func<(string Name, string Line), bool> which) => _calls.Where(which).Select(call => call.Line);
}
