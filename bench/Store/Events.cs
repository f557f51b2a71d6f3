// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Bench.Store;

/// <summary>
/// Events of 100,000 installations of kmpkg, generated from a seed, so every run has the same ones. A few installations
/// are busy and most are not; versions, systems and countries are distributed as in a real population. One thread at a
/// time.
/// </summary>
sealed class Events
{
    const int Installations = 100_000;
    const long Second = 1_000_000_000;

    static readonly string[] Names = ["install", "install", "list", "search", "remove", "build", "build", "build"];
    static readonly string[] Versions =
    [
        "1.4.2", "1.4.2", "1.4.2", "1.4.1", "1.4.0", "1.3.9", "1.3.0", "1.2.5", "1.1.0", "1.5.0-preview.1",
    ];

    static readonly (string Os, string Version)[] Systems =
    [
        ("linux", "ubuntu.24.04"), ("linux", "ubuntu.22.04"), ("linux", "debian.12"), ("linux", "fedora.42"),
        ("linux", "arch"), ("windows", "10.0.26100"), ("windows", "10.0.22631"), ("windows", "10.0.19045"),
        ("macos", "15.1"), ("macos", "14.7"),
    ];

    static readonly string[] Countries =
    [
        "US", "US", "US", "DE", "DE", "FR", "GB", "IN", "IN", "CN", "BR", "JP", "PL", "UG", "KE", "CA", "NL", "SE",
        "ES", "IT",
    ];

    readonly Random _random = new(20261120);
    readonly Installation[] _installations = new Installation[Installations];
    readonly Dictionary<string, Table> _tables;
    readonly byte[][] _ports;
    readonly byte[][] _options;

    public Events(ToolManifest manifest)
    {
        _tables = Table.Of(manifest).ToDictionary(table => table.Name, StringComparer.Ordinal);
        _ports = [.. manifest.Lists.First(list => list.Name is "ports").Values.Select(Encoding.ASCII.GetBytes)];
        _options = [.. new[] { "--dry-run", "--keep-going", "--recurse" }.Select(Encoding.ASCII.GetBytes)];
        for (var i = 0; i < Installations; i++)
        {
            var (os, version) = Systems[Skewed(Systems.Length)];
            _installations[i] = new(
                Text(Convert.ToHexStringLower(SHA256.HashData(BitConverter.GetBytes(i)))),
                Text(Versions[Skewed(Versions.Length)]), Text(os), Text(version),
                Text(Countries[_random.Next(Countries.Length)]), Text(_random.Next(4) == 0 ? "ci" : "interactive"));
        }
    }

    /// <summary>The tables of the events.</summary>
    public IReadOnlyList<Table> Tables => [.. _tables.Values];

    /// <summary>The id of a busy installation.</summary>
    public string Busy => Encoding.ASCII.GetString(_installations[0].Id);

    /// <summary>
    /// A batch of one day's events; one event in a hundred is up to 30 days late. An installation sends a few at a
    /// time.
    /// </summary>
    /// <param name="day">The day's first nanosecond since 1970.</param>
    /// <param name="count">The number of events.</param>
    public StoredBatch Batch(long day, int count)
    {
        var rows = Names.Distinct(StringComparer.Ordinal)
            .ToDictionary(name => name, name => new EventRows(_tables[name]), StringComparer.Ordinal);
        Installation? sender = null;
        for (var i = 0; i < count; i++)
        {
            if (sender is null || _random.Next(6) == 0)
                sender = _installations[Math.Min(Installations - 1, Skewed(Installations))];
            var late = _random.Next(100) == 0 ? _random.Next(1, 31) : 0;
            var received = day + (_random.Next(86_400) * Second);
            Append(rows[Names[_random.Next(Names.Length)]], sender, received, day - (late * 86_400 * Second));
        }

        Span<byte> id = stackalloc byte[16];
        _random.NextBytes(id);
        return new StoredBatch(new Guid(id), day, [.. rows.Values.Where(r => r.Count > 0)]);
    }

    void Append(EventRows rows, Installation sender, long received, long day)
    {
        for (var i = 0; i < rows.Table.Columns.Count; i++)
        {
            var column = rows[i];
            switch (rows.Table.Columns[i].Name)
            {
                case "time":
                    column.Append(day + (received % (86_400 * Second)));
                    break;
                case "received":
                    column.Append(received);
                    break;
                case "manifest":
                    column.Append(1);
                    break;
                case "status":
                    column.Append(_random.Next(20) == 0 ? "failure"u8 : "success"u8);
                    break;
                case "withheld":
                    column.EndSet();
                    break;
                case "installation":
                    column.Append(sender.Id);
                    break;
                case "version":
                    column.Append(sender.Version);
                    break;
                case "os":
                    column.Append(sender.Os);
                    break;
                case "os_version":
                    column.Append(sender.OsVersion);
                    break;
                case "country":
                    column.Append(sender.Country);
                    break;
                case "environment":
                    column.AddText(sender.Environment);
                    column.EndSet();
                    break;
                case "options":
                    AppendSet(column, _options, _random.Next(2));
                    break;
                case "packages":
                    AppendSet(column, _ports, _random.Next(1, 4));
                    break;
                case "port":
                    column.Append(_ports[Skewed(_ports.Length)]);
                    break;
                case "result":
                    column.Append(_random.Next(15) == 0 ? "build_failed"u8 : "succeeded"u8);
                    break;
                case "duration":
                    column.Append((long)Math.Exp(_random.NextDouble() * 11));
                    break;
                case "exit_code":
                    column.Append(_random.Next(20) == 0 ? 1 : 0);
                    break;
                default:
                    break; // null: no measurement reads it
            }
        }

        rows.Keep();
    }

    void AppendSet(ColumnBuffer column, byte[][] values, int count)
    {
        var at = _random.Next(values.Length);
        for (var i = 0; i < count && at + i < values.Length; i++)
            column.AddText(values[at + i]);
        column.EndSet();
    }

    // An index; lower ones are more frequent.
    int Skewed(int count) => (int)(count * Math.Pow(_random.NextDouble(), 2));

    static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    sealed record Installation(
        byte[] Id, byte[] Version, byte[] Os, byte[] OsVersion, byte[] Country, byte[] Environment);
}
