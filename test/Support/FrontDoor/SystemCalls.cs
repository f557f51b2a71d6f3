// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>
/// The system calls of one command and its child processes, traced by strace: sockets, processes, file changes.
/// </summary>
sealed class SystemCalls
{
    static readonly HashSet<string> SocketCalls = new(StringComparer.Ordinal)
        { "socket", "socketpair", "connect", "bind", "listen", "accept", "accept4", "sendto", "sendmsg", "sendmmsg" };

    static readonly HashSet<string> ProcessCalls = new(StringComparer.Ordinal) { "fork", "vfork", "clone", "clone3" };

    static readonly HashSet<string> OpenCalls = new(StringComparer.Ordinal) { "open", "openat", "openat2" };

    static readonly HashSet<string> ChangeCalls = new(StringComparer.Ordinal)
    {
        "creat", "mkdir", "mkdirat", "mknod", "mknodat", "rename", "renameat", "renameat2", "link", "linkat", "symlink",
        "symlinkat", "truncate", "unlink", "unlinkat", "rmdir", "chmod", "fchmodat", "chown", "fchownat", "utime",
        "utimensat", "setxattr",
    };

    static readonly string[] WriteFlags = ["O_WRONLY", "O_RDWR", "O_CREAT", "O_TRUNC", "O_TMPFILE"];

    readonly List<(string Name, string Line)> _calls;

    SystemCalls(List<(string Name, string Line)> calls) => _calls = calls;

    /// <summary>
    /// Returns a command that runs another one under strace. The runtime's debugger socket is disabled.
    /// </summary>
    public static string[] Watch(ToolHome home, string trace, params IEnumerable<string> command)
    {
        home.Environment["DOTNET_EnableDiagnostics"] = "0";
        var names = string.Join(',', OpenCalls.Concat(ChangeCalls).Select(name => "?" + name));
        return ["strace", "-f", "-qq", "-s", "4096", "-e", "trace=%network,%process," + names, "-o", trace, .. command];
    }

    public static SystemCalls Read(string trace)
    {
        // A line is `PID NAME(…`. An interrupted call has two lines; the second, which starts with `<`, is skipped.
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
    public IEnumerable<string> Sockets => Lines(call => SocketCalls.Contains(call.Name));

    /// <summary>Started processes, and programs run beside the first one; threads are not included.</summary>
    public IEnumerable<string> Children =>
        Lines(call => ProcessCalls.Contains(call.Name) && !call.Line.Contains("CLONE_THREAD", StringComparison.Ordinal))
            .Concat(Lines(call => call.Name is "execve" or "execveat").Skip(1));

    /// <summary>
    /// Files and folders that were created, opened for writing, renamed or removed, except in /proc and /dev.
    /// </summary>
    public IEnumerable<string> Writes => Lines(call => ChangeCalls.Contains(call.Name)
        || (OpenCalls.Contains(call.Name) && WriteFlags.Any(flag => call.Line.Contains(flag, StringComparison.Ordinal))
            && !IsVirtualFile(call.Line)));

    static bool IsVirtualFile(string line) => line.Contains("(AT_FDCWD, \"/proc/", StringComparison.Ordinal)
        || line.Contains("(AT_FDCWD, \"/dev/", StringComparison.Ordinal);

    IEnumerable<string> Lines(Func<(string Name, string Line), bool> which) =>
        _calls.Where(which).Select(call => call.Line);
}
