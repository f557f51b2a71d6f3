// SPDX-License-Identifier: MIT

using System.Net.Http.Headers;

namespace Tallymark.Collector.Tests;

/// <summary>
/// A running collector finds new manifests by a file system notification, by scanning the folder, or when the operator
/// asks for it.
/// </summary>
public sealed class ReloadTests
{
    static string Second => Some.ManifestOf("probe", 2);

    static string Broken =>
        Some.ManifestOf("probe", 3).Replace("type: boolean", "type: text", StringComparison.Ordinal);

    [Fact]
    public async Task A_batch_of_an_unknown_version_is_refused_for_later_and_stored_once_its_manifest_is_there()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no such signals.");
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var serve = await CollectorProgram.Serve(folder);
        using var http = new HttpClient { BaseAddress = serve.Address };
        var ahead = Some.Batch(Some.Line(manifest: 2), Some.Line());

        var early = await SendAsync(http, ahead);
        folder.Write("elsewhere.yaml", Second);
        File.Move(folder["elsewhere.yaml"], folder["manifests/new.yaml"]);
        await serve.WaitForLog("Manifest probe version 2 accepted");
        var late = await SendAsync(http, ahead);
        var old = await SendAsync(http, Some.Batch(Some.Line()));

        Assert.Equal((503, "unknown-manifest"), (early.Status, early.Problem));
        Assert.Contains("Retry-After", early.Headers.Keys);
        Assert.Equal((200, 2), (late.Status, late.Stored));
        Assert.Equal(1, old.Stored);
        var counters = Counters.Read(
            await http.GetStringAsync(serve.Metrics, TestContext.Current.CancellationToken),
            "probe");
        Assert.True(counters.AddUp);
        Assert.Equal((5, 3, 2), (counters.Received, counters.Stored, counters.Refused));
    }

    [Fact]
    public async Task The_command_prints_the_accepted_and_the_refused_manifests_with_reasons()
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);
        await using var serve = await CollectorProgram.Serve(folder);
        using var http = new HttpClient { BaseAddress = serve.Address };
        folder.Write("manifests/fine.yaml", Some.ManifestOf("fine"));
        folder.Write("manifests/broken.yaml", Broken);

        var first = await CollectorProgram.Run("reload", "--data", folder["data"], "--json");
        var report = StatusJson.Read<ReloadReport>(first.Output);
        var again = await CollectorProgram.Run("reload", "--data", folder["data"]);
        var status = await CollectorProgram.Run("status", "--data", folder["data"]);

        Assert.Equal((1, ""), (first.ExitCode, first.Errors)); // one manifest is refused
        // Empty if the file system notification was faster than the command.
        Assert.All(report.Accepted, one => Assert.Equal(("fine", 1, 0), (one.Tool, one.Version, one.Effects.Count)));
        var refused = Assert.Single(report.Refused);
        Assert.Equal(folder["manifests/broken.yaml"], refused.File);
        Assert.Matches(@"broken\.yaml\(\d+,\d+\): error TALLY\d{4}: ", refused.Reason);
        Assert.Contains($"refused {folder["manifests/broken.yaml"]}", again.Output, StringComparison.Ordinal);
        Assert.Contains("action needed: manifest: ", status.Output.ReplaceLineEndings(" "), StringComparison.Ordinal);
        Assert.Equal(1, (await SendAsync(http, Some.Batch([Some.Line(tool: "fine")], tool: "fine"))).Stored);
        Assert.Equal(1, (await SendAsync(http, Some.Batch(Some.Line()))).Stored); // the old version still works

        File.Delete(folder["manifests/broken.yaml"]);
        Assert.Equal(0, (await CollectorProgram.Run("reload", "--data", folder["data"])).ExitCode);
        Assert.Equal(0, (await CollectorProgram.Run("status", "--data", folder["data"])).ExitCode);
    }

    [Fact]
    public async Task A_broken_file_is_logged_once_until_its_findings_change()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var client = ControlClient.TryConnect(collector.Data)!;

        collector.Folder.Write("manifests/broken.yaml", Broken);
        client.Reload();
        client.Reload();
        Assert.Single(collector.Log.Split("broken.yaml("), part => part.Contains("TALLY", StringComparison.Ordinal));

        collector.Folder.Write("manifests/broken.yaml", "tallymark: 1\n");
        client.Reload();
        Assert.True(collector.Log.Split("broken.yaml(").Length > 2);

        collector.Folder.Write("manifests/broken.yaml", Some.ManifestOf("probe", 3));
        client.Reload();
        Assert.Contains("Manifest probe version 3 accepted", collector.Log, StringComparison.Ordinal);
        Assert.Equal([1, 3], Assert.Single(client.Status().Tools).Versions);
    }

    [Fact]
    public async Task The_command_names_a_manifest_that_needs_more_memory_instead_of_no_changes()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        var before = await CollectorProgram.Run("reload", "--data", collector.Data);
        store.Advice = "Its 20600 columns need up to 643 MiB.";
        var after = await CollectorProgram.Run("reload", "--data", collector.Data);
        Assert.Equal((0, "", "No changes.\n"), (before.ExitCode, before.Output, before.Errors));
        Assert.Equal((0, "memory probe 1\nIts 20600 columns need up to 643 MiB.\n", ""),
            (after.ExitCode, after.Output, after.Errors));
    }

    [Fact(Timeout = 60_000)]
    public async Task A_replaced_folder_is_found_without_a_notification()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Links need a right of their own.");
        using var folder = new TempFolder();
        folder.Write("one/probe.yaml", Some.Manifest);
        folder.Write("two/probe.yaml", Second);
        Directory.CreateSymbolicLink(folder["manifests"], folder["one"]);
        await using var collector = await InProcessCollector.StartAsync(
            folder, o => o with { Limits = o.Limits with { ManifestScanInterval = TimeSpan.FromMilliseconds(20) } });

        Directory.Delete(folder["manifests"]);
        Directory.CreateSymbolicLink(folder["manifests"], folder["two"]);

        while ((await collector.SendAsync(Some.Line(manifest: 2))).Status != 200)
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            await Task.Yield();
        }

        Assert.Equal(1, (await collector.SendAsync(Some.Line())).Stored); // accepted versions stay
    }

    [Fact]
    public async Task Settings_for_fields_of_a_new_manifest_are_valid_once_it_is_accepted()
    {
        using var store = new FakeStore();
        await using var collector = await InProcessCollector.StartAsync(store);
        using var client = ControlClient.TryConnect(collector.Data)!;
        const string Rule = """{"stop":"event","event":"fresh"}""";
        Directory.CreateDirectory(Path.Combine(collector.Data, "settings"));
        await File.WriteAllTextAsync(
            Path.Combine(collector.Data, "settings/probe.json"), $$"""{"tallymark":1,"lifetime_hours":24,"rules":[{{Rule}}]}""",
            TestContext.Current.CancellationToken);
        Assert.DoesNotContain("fresh", (await collector.GetAsync("v1/settings?tool=probe")).Text,
            StringComparison.Ordinal);

        collector.Folder.Write(
            "manifests/new.yaml",
                Second.Replace("  plain:", "  fresh:\n    why: A new event.\n  plain:", StringComparison.Ordinal));
        client.Reload();

        Assert.Contains(Rule, (await collector.GetAsync("v1/settings?tool=probe")).Text, StringComparison.Ordinal);
    }

    static async Task<Answer> SendAsync(HttpClient http, byte[] body)
    {
        using var content = new ByteArrayContent(body);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/x-ndjson");
        using var response = await http.PostAsync(
            new Uri("v1/batches", UriKind.Relative), content, TestContext.Current.CancellationToken);
        return await Answer.ReadAsync(response);
    }
}
