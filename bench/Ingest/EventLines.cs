// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Bench.Ingest;

/// <summary>
/// The body of one batch of kmpkg events, as its uploader sends it: a head and lines of one installation. The text is
/// made once, and <see cref="Change"/> overwrites the places that differ between batches (id, installation, durations,
/// times), so that a thousand batches per second cost the sender little. Not thread-safe.
/// </summary>
sealed class BatchText
{
    const string Hex = "0123456789abcdef";
    const int DurationDigits = 5;

    static readonly string[] Ports =
        ["abseil", "boost-asio", "brotli", "curl", "expat", "fmt", "grpc", "libpng", "openssl", "protobuf", "zlib",
        "zstd"];
    static readonly (string Family, string Version)[] Systems =
        [("linux", "debian.12"), ("linux", "ubuntu.24.04"), ("linux", "fedora.42"), ("macos", "15.1"),
            ("windows", "10.0.26100")];
    static readonly string[] Versions = ["1.3.2", "1.4.0", "1.4.2"];

    readonly byte[] _text;
    readonly Random _random;
    readonly int _batchAt;
    readonly List<int> _installationsAt = [];
    readonly List<int> _durationsAt = [];
    readonly List<int> _secondsAt = [];

    /// <summary>Makes the text of a batch with a number of events on a day.</summary>
    public BatchText(int events, DateTimeOffset day, Random random, string tool = "kmpkg")
    {
        _random = random;
        var text = new StringBuilder("{\"tallymark\":1,\"batch\":\"");
        _batchAt = text.Length;
        text.Append(CultureInfo.InvariantCulture, $"{Guid.Empty:D}\",\"tool\":\"{tool}\",\"events\":{events}}}\n");
        var (family, system) = Systems[random.Next(Systems.Length)];
        var version = Versions[random.Next(Versions.Length)];
        var date = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        for (var i = 0; i < events; i++)
            AddLine(text, tool, family, system, version, date);
        _text = Encoding.ASCII.GetBytes(text.ToString());
        Events = events;
    }

    /// <summary>How many events it has.</summary>
    public int Events { get; }

    /// <summary>The current body.</summary>
    public ReadOnlySpan<byte> Bytes => _text;

    /// <summary>Turns it into another batch.</summary>
    public void Change()
    {
        Span<byte> id = stackalloc byte[16];
        _random.NextBytes(id);
        new Guid(id).TryFormat(_text.AsSpan(_batchAt, 36), out _);

        // 100,000 installations: a fixed mixing spreads the number over the 64 digits, so that an installation keeps
        // its id.
        Span<byte> installation = stackalloc byte[64];
        var state = (ulong)_random.Next(100_000) + 1;
        for (var i = 0; i < installation.Length; i++)
        {
            state = (state * 6_364_136_223_846_793_005) + 1_442_695_040_888_963_407;
            installation[i] = (byte)Hex[(int)(state >> 60)];
        }

        foreach (var at in _installationsAt)
            installation.CopyTo(_text.AsSpan(at));
        foreach (var at in _durationsAt)
            WriteNumber(_text.AsSpan(at, DurationDigits), _random.Next(10_000, 100_000));
        foreach (var at in _secondsAt)
            WriteNumber(_text.AsSpan(at, 2), _random.Next(60));
    }

    void AddLine(StringBuilder text, string tool, string family, string system, string version, string date)
    {
        // Of ten events four are builds and three installs; the others search, list and remove.
        var name = _random.Next(10) switch
        {
            < 4 => "build",
            < 7 => "install",
            7 => "remove",
            8 => "search",
            _ => "list",
        };
        text.Append(CultureInfo.InvariantCulture, $"{{\"tallymark\":1,\"tool\":\"{tool}\",\"manifest\":2,");
        text.Append(
            CultureInfo.InvariantCulture, $"\"agreed\":\"5f0c6b9c7e8d4a33\",\"event\":\"{name}\",");
        text.Append(CultureInfo.InvariantCulture, $"\"time\":\"{date}T{_random.Next(24):00}:{_random.Next(60):00}:");
        _secondsAt.Add(text.Length);
        var status = _random.Next(12) == 0 ? "failure" : "success";
        text.Append(CultureInfo.InvariantCulture, $"00Z\",\"status\":\"{status}\",\"fields\":{{\"installation\":\"");
        _installationsAt.Add(text.Length);
        text.Append('0', 64);
        text.Append(CultureInfo.InvariantCulture,
            $"\",\"version\":\"{version}\",\"os\":\"{family}\",\"os_version\":\"{system}\"," +
            $"\"environment\":[\"interactive\"],");
        if (name == "build")
            text.Append(CultureInfo.InvariantCulture,
                $"\"port\":\"{Port()}\",\"result\":\"{(status == "success" ? "succeeded" : "build_failed")}\",");
        else
            text.Append(_random.Next(4) == 0 ? "\"options\":[\"--keep-going\"]," : "\"options\":[],");
        if (name is "install" or "remove")
            text.Append(CultureInfo.InvariantCulture, $"\"packages\":[\"{Port()}\"],");
        text.Append("\"duration\":");
        _durationsAt.Add(text.Length);
        text.Append('1', DurationDigits);
        text.Append(name == "build" ? "}}\n" : status == "success" ? ",\"exit_code\":0}}\n" : ",\"exit_code\":1}}\n");
    }

    string Port() => Ports[_random.Next(Ports.Length)];

    static void WriteNumber(Span<byte> digits, int number)
    {
        for (var i = digits.Length - 1; i >= 0; i--, number /= 10)
            digits[i] = (byte)('0' + (number % 10));
    }
}
