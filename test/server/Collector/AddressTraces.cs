// SPDX-License-Identifier: MIT

using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>
/// Searches everything that a collector leaves behind (bytes of files, values of columns, log lines) for addresses, in
/// every form in which one may have been written. Stateless.
/// </summary>
sealed class AddressTraces
{
    readonly List<(string What, byte[] Bytes)> _forms = [];

    public AddressTraces(IEnumerable<IPAddress> addresses)
    {
        foreach (var address in addresses)
            Add(address);
    }

    /// <summary>
    /// Where an address occurs. Files are read as bytes; databases are opened as well, in a copy, since their
    /// compressed values are not text.
    /// </summary>
    public List<string> Find(string folder, string log)
    {
        var found = new List<string>();
        Search("log", Encoding.UTF8.GetBytes(log), found);
        var copy = Directory.CreateTempSubdirectory("tallymark-traces-").FullName;
        try
        {
            foreach (var path in Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories))
            {
                var name = Path.GetRelativePath(folder, path);
                var bytes = ReadShared(path);
                Search("name", Encoding.UTF8.GetBytes(name), found);
                Search(name, bytes, found);
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(copy, name))!);
                File.WriteAllBytes(Path.Combine(copy, name), bytes);
            }

            foreach (var database in Directory.EnumerateFiles(copy, "*.duckdb", SearchOption.AllDirectories))
                Search($"values of {Path.GetRelativePath(copy, database)}", Encoding.UTF8.GetBytes(Values(database)),
                    found);
        }
        finally
        {
            Directory.Delete(copy, recursive: true);
        }

        return found;
    }

    // Reads files that are open and locked too. Sockets and lock files have only a name.
    static byte[] ReadShared(string path)
    {
        if (Path.GetExtension(path) is ".sock" or ".lock")
            return [];
        using var handle = File.OpenHandle(path, share: FileShare.ReadWrite | FileShare.Delete);
        var bytes = new byte[RandomAccess.GetLength(handle)];
        var length = RandomAccess.Read(handle, bytes, 0);
        return bytes[..length];
    }

    static string Values(string path)
    {
        var text = new StringBuilder();
        using var database = DuckDb.Interop.Database.Open(path, []); // includes its write-ahead log
        using var connection = database.Connect();
        var columns = new List<(string Table, string Column)>();
        using (var rows =
            connection.Query("SELECT schema_name, table_name, column_name FROM duckdb_columns() WHERE NOT internal"))
        {
            while (rows.Read())
                columns.Add(($"\"{rows.Text(0)}\".\"{rows.Text(1)}\"", rows.Text(2)!));
        }

        foreach (var (table, column) in columns)
        {
            using var rows = connection.Query($"SELECT CAST(\"{column}\" AS VARCHAR) FROM {table}");
            while (rows.Read())
                text.Append(rows.Text(0)).Append('\n');
        }

        return text.ToString();
    }

    void Search(string where, byte[] bytes, List<string> found)
    {
        foreach (var (what, form) in _forms)
        {
            if (bytes.AsSpan().IndexOf(form) >= 0)
                found.Add($"{where}: {what}");
        }
    }

    void Add(IPAddress address)
    {
        var bytes = address.GetAddressBytes();
        byte[] reversed = [.. bytes.Reverse()];
        _forms.Add(($"bytes of {address}", bytes));
        _forms.Add(($"bytes of {address}, reversed", reversed));
        List<string> texts =
            [address.ToString(), Convert.ToHexString(bytes), Convert.ToHexStringLower(bytes),
                Convert.ToHexString(reversed), Convert.ToHexStringLower(reversed)];
        foreach (var between in new[] { ":", "-", " ", "\\x", ",0x" })
        {
            texts.Add(string.Join(between, bytes.Select(b => b.ToString("x2", CultureInfo.InvariantCulture))));
            texts.Add(string.Join(between, bytes.Select(b => b.ToString("X2", CultureInfo.InvariantCulture))));
        }

        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            texts.Add(BinaryPrimitives.ReadUInt32BigEndian(bytes).ToString(CultureInfo.InvariantCulture));
            texts.Add(BinaryPrimitives.ReadUInt32LittleEndian(bytes).ToString(CultureInfo.InvariantCulture));
            texts.Add(string.Join('.', bytes.Take(3)) + "."); // its network as well
            texts.Add(string.Join('.', bytes.Select(b => b.ToString("000", CultureInfo.InvariantCulture))));
            texts.Add($"::ffff:{address}");
        }
        else
        {
            var groups = Enumerable.Range(0, 8).Select(i => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2 * i)))
                .ToList();
            texts.Add(string.Join(':', groups.Select(g => g.ToString("x4", CultureInfo.InvariantCulture))));
            // Its network as well.
            var network = groups.Take(3).Select(g => g.ToString("x", CultureInfo.InvariantCulture));
            texts.Add($"{string.Join(':', network)}:");
        }

        foreach (var text in texts.Distinct(StringComparer.Ordinal))
        {
            _forms.Add(($"{address} as \"{text}\"", Encoding.ASCII.GetBytes(text)));
            _forms.Add(($"{address} as \"{text}\" in UTF-16", Encoding.Unicode.GetBytes(text)));
        }
    }
}
