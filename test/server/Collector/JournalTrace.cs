// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Reads the system calls of a collector, recorded by strace, and checks the rule: no byte of an acknowledgement is
/// written to a socket before an fsync of the file that holds its batch has returned, which began after the write had
/// returned, and before an fsync of the folder has returned, which began after the file was made.
/// </summary>
sealed partial class JournalTrace
{
    const int IdLength = 16;
    static readonly byte[] Mark = [0xFE, .. "rec"u8];

    // In the order of the trace: the batches written to each file, and the files' names and batches that are on disk.
    readonly Dictionary<string, HashSet<Guid>> _written = new(StringComparer.Ordinal);
    readonly HashSet<string> _named = new(StringComparer.Ordinal);
    readonly HashSet<Guid> _durable = [];
    readonly Dictionary<Guid, string> _files = [];

    // By thread: the call in progress.
    readonly Dictionary<string, Call> _under = new(StringComparer.Ordinal);

    /// <summary>The command that runs a program and records its calls.</summary>
    public static string[] Watch(string trace) =>
        ["strace", "-f", "-qq", "-y", "-xx", "-s", "65536", "-e",
            "trace=fsync,fdatasync,write,writev,pwrite64,pwritev,sendto,sendmsg,sendmmsg", "-o", trace];

    /// <summary>Batches whose acknowledgement was written.</summary>
    public HashSet<Guid> Acknowledged { get; } = [];

    /// <summary>Violations of the rule.</summary>
    public List<string> Violations { get; } = [];

    public static JournalTrace Read(IEnumerable<string> lines)
    {
        var trace = new JournalTrace();
        foreach (var line in lines)
        {
            if (LinePattern().Match(line) is { Success: true } match)
                trace.Line(match.Groups["thread"].Value, match.Groups["call"].Value);
        }

        return trace;
    }

    void Line(string thread, string line)
    {
        if (line.StartsWith("+++", StringComparison.Ordinal) || line.StartsWith("---", StringComparison.Ordinal))
            return; // a thread's end, or a signal
        if (line.StartsWith("<... ", StringComparison.Ordinal))
        {
            if (_under.Remove(thread, out var begun))
                End(begun, line);
            return;
        }

        var call = Begin(line);
        if (line.EndsWith("<unfinished ...>", StringComparison.Ordinal))
            _under[thread] = call;
        else
            End(call, line);
    }

    Call Begin(string line)
    {
        var name = line[..line.IndexOf('(', StringComparison.Ordinal)];
        var path = PathPattern().Match(line).Groups["path"].Value;
        if (path.StartsWith("\\x", StringComparison.Ordinal))
            path = Encoding.UTF8.GetString(Bytes(path)); // newer versions of strace
        if (name is "fsync" or "fdatasync")
            return new Call(name, path, [.. _written.GetValueOrDefault(path) ?? []],
                [.. _written.Keys.Where(file => FolderOf(file) == path)]);
        var bytes = Bytes(line);
        if (path.StartsWith("socket:", StringComparison.Ordinal))
            Send(Encoding.Latin1.GetString(bytes), line);
        return new Call(name, path, path.EndsWith(".journal", StringComparison.Ordinal) ? Ids(bytes) : [], []);
    }

    void End(Call call, string line)
    {
        var failed = line.Contains(") = -1", StringComparison.Ordinal)
            || line.Contains(") = ?", StringComparison.Ordinal);
        if (failed)
            return;
        if (call.Name is "fsync" or "fdatasync")
        {
            _durable.UnionWith(call.Ids);
            _named.UnionWith(call.Files);
        }
        else if (call.Path.EndsWith(".journal", StringComparison.Ordinal))
        {
            if (!_written.TryGetValue(call.Path, out var ids))
                _written.Add(call.Path, ids = []);
            ids.UnionWith(call.Ids);
            foreach (var id in call.Ids)
                _files[id] = call.Path;
        }
    }

    void Send(string text, string line)
    {
        foreach (Match match in AcknowledgementPattern().Matches(text))
        {
            var id = Guid.Parse(match.Groups["id"].Value);
            Acknowledged.Add(id);
            var why = !_files.TryGetValue(id, out var file) ? "it was never written to the journal"
                : !_durable.Contains(id) ? $"{file} was not flushed after it was written"
                : !_named.Contains(file) ? $"the name of {file} was not flushed"
                : null;
            if (why is not null)
                Violations.Add($"{id} was acknowledged although {why}: {line[..Math.Min(80, line.Length)]}");
        }
    }

    static string FolderOf(string file) => file[..file.LastIndexOf('/')];

    // A write may end in the middle of a record; the id is at the start of the record.
    static List<Guid> Ids(ReadOnlySpan<byte> bytes)
    {
        var ids = new List<Guid>();
        const int Head = 12;
        for (int at; (at = bytes.IndexOf(Mark)) >= 0 && at + Head + IdLength <= bytes.Length; bytes =
            bytes[(at + Head + IdLength)..])
            ids.Add(new Guid(bytes.Slice(at + Head, IdLength), bigEndian: true));
        return ids;
    }

    static byte[] Bytes(string line) =>
        [.. BytePattern().Matches(line)
            .Select(match => byte.Parse(match.ValueSpan[2..], NumberStyles.HexNumber, CultureInfo.InvariantCulture))];

    sealed record Call(string Name, string Path, IReadOnlyList<Guid> Ids, IReadOnlyList<string> Files);

    [GeneratedRegex(@"^(?<thread>\d+) +(?<call>.+)$", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex LinePattern();

    [GeneratedRegex(@"^\w+\(\d+<(?<path>[^>]*)>", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex PathPattern();

    [GeneratedRegex(@"\\x[0-9a-f]{2}", RegexOptions.None, 10_000)]
    private static partial Regex BytePattern();

    [GeneratedRegex("\"batch\":\"(?<id>[0-9a-f-]{36})\"", RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex AcknowledgementPattern();
}
