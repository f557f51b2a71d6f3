// SPDX-License-Identifier: MIT

using System.Net.Sockets;
using System.Runtime.Versioning;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>Who may open the control socket, and what commands get through it.</summary>
public sealed class ControlTests
{
    static readonly DateOnly Today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);

    static CellQuery Query(params string[] columns) =>
        new(["plain"], columns, Today.AddDays(-2), Today.AddDays(1), "installation");

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Only_the_operator_s_own_user_may_open_the_socket()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes.");
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["data"]);
        File.SetUnixFileMode(folder["data"], (UnixFileMode)0b111_111_111); // an operator left it open
        await using var collector = await InProcessCollector.StartAsync(folder);
        await collector.SendAsync(Some.Line());

        var modes = Directory.EnumerateFileSystemEntries(collector.Data, "*", SearchOption.AllDirectories)
            .Append(collector.Data)
            .ToDictionary(path => path, File.GetUnixFileMode, StringComparer.Ordinal);

        Assert.Equal(
            UnixFileMode.UserRead | UnixFileMode.UserWrite, modes[Path.Combine(collector.Data, "collector.sock")]);
        Assert.All(modes, entry => Assert.Equal(
            Directory.Exists(entry.Key) ? DataFolder.FolderMode : OwnerFile.Mode, entry.Value));
    }

    [Fact]
    public async Task Commands_get_the_status_and_the_newest_manifest()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/a.yaml", Some.Manifest);
        folder.Write("manifests/b.yaml", Some.ManifestOf("probe", 2));
        folder.Write("manifests/c.yaml", Some.ManifestOf("another"));
        await using var collector = await InProcessCollector.StartAsync(folder);
        using var client = ControlClient.TryConnect(collector.Data)!;

        var status = client.Status();
        Assert.Equal(["another", "probe"], status.Tools.Select(tool => tool.Tool));
        Assert.Equal(CollectorServer.Version, status.Version);
        Assert.InRange(status.Started!.Value, TimeProvider.System.GetUtcNow().AddMinutes(-5),
            TimeProvider.System.GetUtcNow());
        Assert.Equal([Some.Manifest, Some.ManifestOf("probe", 2)], client.Manifests("probe").Texts);
        Assert.Equal(DateOnly.MinValue, client.Manifests("probe").KeptFrom);
        Assert.Contains(
            "404", Assert.Throws<ControlException>(() => client.Manifests("nothing")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cells_through_the_socket_are_those_of_the_store()
    {
        await using var collector = await InProcessCollector.StartAsync();
        await collector.SendAsync(Some.LineOf(1), Some.LineOf(1), Some.LineOf(2), Some.Line(status: "failure"));
        using var client = ControlClient.TryConnect(collector.Data)!;

        var cells = client.Cells(Some.Tool, Query("event", "status", "country")).OrderBy(cell => cell.Occurrences)
            .ToList();

        Assert.Equal(2, cells.Count);
        Assert.Equal(["plain", "failure", null], cells[0].Values);
        Assert.Equal((1, 0), (cells[0].Occurrences, cells[0].Installations.Count));
        Assert.Equal(["plain", "success", null], cells[1].Values);
        Assert.Equal((3, 2), (cells[1].Occurrences, cells[1].Installations.Count));
    }

    [Fact]
    public async Task Many_cells_arrive_complete()
    {
        var many = Enumerable.Range(0, 50_000)
            .Select(i => new Cell(Today, [$"v{i}", null], i, [i, i + 1], [Networks.Unknown, i + 1])).ToList();
        using var store = new FakeStore { Answer = many };
        await using var collector = await InProcessCollector.StartAsync(store);
        using var client = ControlClient.TryConnect(collector.Data)!;

        var count = 0;
        foreach (var cell in client.Cells(Some.Tool, Query("status")))
        {
            Assert.Equal(many[count].Values, cell.Values);
            Assert.Equal(many[count].Installations, cell.Installations);
            Assert.Equal(many[count].Networks, cell.Networks);
            Assert.Equal(many[count++].Occurrences, cell.Occurrences);
        }

        Assert.Equal(many.Count, count);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    public async Task Cells_that_break_off_are_an_error_and_never_a_short_reply(int before)
    {
        var cells = Enumerable.Range(0, before).Select(Cell? (i) => new Cell(Today, [$"v{i}"], 1, [], [])).Append(null)
            .ToList();
        using var store = new FakeStore { Answer = cells };
        await using var collector = await InProcessCollector.StartAsync(store);
        using var client = ControlClient.TryConnect(collector.Data)!;

        Assert.Throws<ControlException>(() => client.Cells(Some.Tool, Query("status")).Count());
        Assert.Contains("The test's disk is gone.", collector.Log, StringComparison.Ordinal);
        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored);
    }

    [Fact]
    public async Task A_stop_does_not_wait_for_a_reader_and_the_reader_detects_the_incomplete_reply()
    {
        var cell = new Cell(Today, [new string('x', 1000)], 1, [], []);
        using var store = new FakeStore { Answer = [.. Enumerable.Repeat(cell, 200_000)] };
        var collector = await InProcessCollector.StartAsync(store);
        using var client = ControlClient.TryConnect(collector.Data)!;
        using var cells = client.Cells(Some.Tool, Query("status")).GetEnumerator();
        Assert.True(cells.MoveNext()); // and reads no further

        var stop = collector.StopAsync();
        Assert.Throws<ControlException>(() =>
        {
            while (cells.MoveNext())
                continue;
        });
        await stop;

        Assert.True(store.Disposed);
        collector.Folder.Dispose();
    }

    [Fact]
    public async Task A_folder_too_deep_for_a_socket_is_an_error_that_names_the_cause()
    {
        using var folder = new TempFolder();
        var e = await Assert.ThrowsAsync<IOException>(
            () => InProcessCollector.StartAsync(folder, o => o with { Data = folder[new string('d', 100)] }));
        Assert.Contains("Choose a shorter --data", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("plain", "nothing", "installation")]
    [InlineData("plain\"; DROP TABLE plain; --", "status", "installation")]
    [InlineData("plain", "status", "nothing")]
    public async Task A_name_that_is_in_no_manifest_does_not_reach_the_store(
        string @event, string column, string installation)
    {
        using var store = new FakeStore { Answer = [null] }; // reading it would reply 500
        await using var collector = await InProcessCollector.StartAsync(store);
        using var client = ControlClient.TryConnect(collector.Data)!;

        var e = Assert.Throws<ControlException>(() =>
            client.Cells(Some.Tool, new CellQuery([@event], [column], Today, Today, installation)).Count());
        Assert.Contains("400", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData(
        """{"events":"plain","columns":[],"from":"2026-01-01","to":"2026-01-01","installation":"installation"}""")]
    [InlineData(
        """{"events":[],"columns":[null],"from":"2026-01-01","to":"2026-01-01","installation":"installation"}""")]
    [InlineData("""{"events":[],"columns":[],"from":"1.1.2026","to":"2026-01-01","installation":"installation"}""")]
    public async Task An_invalid_query_is_refused(string query)
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var http = new HttpClient(new SocketsHttpHandler
        {
            ConnectCallback = async (_, stop) =>
            {
                var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
                await socket.ConnectAsync(
                    new UnixDomainSocketEndPoint(Path.Combine(collector.Data, "collector.sock")), stop);
                return new NetworkStream(socket, ownsSocket: true);
            },
        });
        using var content = new StringContent(query, Encoding.UTF8);

        using var response = await http.PostAsync(
            new Uri("http://collector/control/cells?tool=probe"), content, TestContext.Current.CancellationToken);

        Assert.Equal(400, (int)response.StatusCode);
    }

    [Fact]
    public async Task The_public_address_has_no_control_endpoints()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);

        Assert.Equal(404, (await collector.GetAsync("control/status")).Status);
    }

    [Fact]
    public void Without_a_running_collector_there_is_no_connection_and_the_folder_can_be_locked()
    {
        using var folder = new TempFolder();
        Assert.Null(ControlClient.TryConnect(folder["data"]));
        var data = DataFolder.Open(folder["data"]);

        // A socket that a killed collector left behind.
        using (var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified))
            socket.Bind(new UnixDomainSocketEndPoint(data.Socket));
        if (!File.Exists(data.Socket))
            File.WriteAllText(data.Socket, "");

        Assert.Null(ControlClient.TryConnect(folder["data"]));
        using var taken = data.TryLock();
        Assert.NotNull(taken);
        Assert.Null(data.TryLock());
    }

    [Fact]
    public async Task A_second_collector_does_not_start_on_the_same_folder_and_leaves_the_first_alone()
    {
        using var folder = new TempFolder();
        await using var first = await InProcessCollector.StartAsync(folder);

        var e = await Assert.ThrowsAsync<IOException>(() => InProcessCollector.StartAsync(folder));

        Assert.Contains(" is in use by another collector or tallymark command.", e.Message, StringComparison.Ordinal);
        using var client = ControlClient.TryConnect(first.Data);
        Assert.Equal("probe", Assert.Single(client!.Status().Tools).Tool);
    }

    [Fact]
    public async Task A_collector_starts_in_a_folder_where_a_killed_one_left_its_socket()
    {
        using var folder = new TempFolder();
        var data = DataFolder.Open(folder["data"]);
        File.WriteAllText(data.Socket, "");

        await using var collector = await InProcessCollector.StartAsync(folder);

        using var client = ControlClient.TryConnect(collector.Data);
        Assert.Equal("probe", Assert.Single(client!.Status().Tools).Tool);
    }
}
