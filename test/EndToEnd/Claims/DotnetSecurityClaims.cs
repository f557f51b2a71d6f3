// SPDX-License-Identifier: MIT
// The .NET CLI document's claims about security, and about the library that comes with the tool.

using System.Text;

namespace Tallymark.EndToEnd.Tests;

public sealed class DotnetSecurityClaims
{
    [Fact]
    [Claim("DOTNET-15")]
    public async Task Uploads_are_encrypted_and_only_maintainers_read_what_is_stored()
    {
        var folder = Directory.CreateTempSubdirectory("tallymark-tls-").FullName;
        try
        {
            var (certificate, key) = TlsCertificate.Make(folder);
            await using var collector = await RunningCollector.Start(
                Path.GetDirectoryName(SampleTool.DotnetCli.ManifestFile), "--certificate", certificate, "--key", key);
            await using var relay = new RecordingRelay(collector);
            using var home = new DnHome(relay.SecureEndpoint);
            await home.SeeNotice();
            await home.Record("restore");

            // A server that the client does not trust gets nothing.
            Assert.Equal(1, (await home.Telemetry("upload")).ExitCode);
            Assert.Empty(home.Lines("sent"));
            home.Environment["SSL_CERT_FILE"] = certificate;
            var upload = await home.Telemetry("upload");
            Assert.True(upload.ExitCode == 0, upload.Errors);
            Assert.Single(home.Lines("sent"));

            var sent = await relay.Close();
            Assert.Contains(sent, bytes => bytes.Length > 0 && bytes[0] == 0x16); // TLS: a handshake

            // A TLS handshake names the host, which is the same for all users.
            var all = string.Concat(sent.Select(Encoding.Latin1.GetString))
                .Replace(SampleTool.DotnetCli.Endpoint.Host, "", StringComparison.Ordinal);
            foreach (var word in (string[])["HTTP/1.1", "/v1/", "tallymark/", "dotnet-cli", "restore", "application/"])
                Assert.DoesNotContain(word, all, StringComparison.OrdinalIgnoreCase);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    [Fact]
    [Claim("DOTNET-15")]
    public async Task Only_a_maintainers_token_reads_what_is_stored()
    {
        await using var collector = await RunningCollector.Start(
            Path.GetDirectoryName(SampleTool.DotnetCli.ManifestFile));
        using var home = new DnHome(collector.Endpoint);
        await home.SeeNotice();
        await home.Record("restore");
        Assert.Equal(0, (await home.Telemetry("upload")).ExitCode);

        const string Sql = "select command from invocation";
        foreach (var token in (string?[])[null, "tallymark_" + new string('a', 43),
            await collector.Token("rita", "reader"), await collector.Token("otto", "operator")])
        {
            var refused = await collector.Query(Sql, token, "dotnet-cli");
            Assert.True(refused.Status is 401 or 403, $"{refused}");
            Assert.DoesNotContain("restore", refused.Text, StringComparison.Ordinal);
        }

        Assert.Equal((200, "command\nrestore\n"),
            await collector.Query(Sql, await collector.Token("ada", "maintainer"), "dotnet-cli"));
        var open = await Product.Run("find", [collector.Data, "-perm", "/077"], home.Environment,
            TestContext.Current.CancellationToken);
        Assert.Equal((0, ""), (open.ExitCode, open.Output));
    }

    [Fact]
    [Claim("DOTNET-13")]
    public async Task A_program_that_uses_only_the_tools_library_records_nothing_and_opens_no_socket()
    {
        using var home = new DnHome();
        await home.SeeNotice();
        var beside = Path.GetDirectoryName(home.Tool)!;
        string[] libraries = ["Dn.Projects.dll", "Microsoft.CodeAnalysis.dll", "Microsoft.CodeAnalysis.CSharp.dll"];
        home.Write("app.dnproj", "output: exe\nframeworks: net10.0\nreferences: "
            + string.Join(", ", libraries.Select(library => Path.Combine(beside, library))) + "\n");
        home.Write("Program.cs", """
            var project = Dn.Projects.ProjectFile.Read(args[0]);
            new Dn.Projects.Builder("Debug", Console.Out).Build(project);
            Console.WriteLine(project.Name + " is built");
            """);
        home.Write("lib/lib.dnproj", "output: library\nframeworks: net10.0\n");
        home.Write("lib/Lib.cs", "public sealed class Lib;\n");
        Assert.Equal(0, (await home.Record("build")).ExitCode);

        // A user who agreed to dn's telemetry runs the program: what it writes is the library that it builds.
        var state = Directory.GetFiles(home.State, "*", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        var trace = Path.Combine(home.Folder, "trace");
        var command = SystemCalls.Watch(
            home, trace, Path.Combine(Environment.GetEnvironmentVariable("DOTNET_ROOT") ?? "/usr/share/dotnet", "dotnet"),
            "exec", Path.Combine(home.WorkingFolder, "bin/Debug/net10.0/app.dll"), "lib/lib.dnproj");
        var ended = await Product.Run(command[0], command[1..], home.Environment,
            TestContext.Current.CancellationToken, home.WorkingFolder);
        Assert.True(ended.ExitCode == 0, ended.All);
        Assert.EndsWith("lib is built\n", ended.Output, StringComparison.Ordinal);
        var calls = SystemCalls.Read(trace);
        Assert.Empty(calls.Sockets);
        Assert.Empty(calls.Children);
        Assert.All(calls.Writes, call => Assert.Contains("/work/lib/", call, StringComparison.Ordinal));
        Assert.NotEmpty(calls.Writes);
        Assert.Equal(state,
            Directory.GetFiles(home.State, "*", SearchOption.AllDirectories).Select(File.ReadAllText));

        // Control: the same watch sees the line that dn itself records.
        command = SystemCalls.Watch(home, trace, home.Tool, "restore");
        await Product.Run(command[0], command[1..], home.Environment, TestContext.Current.CancellationToken,
            home.WorkingFolder);
        Assert.Contains(SystemCalls.Read(trace).Writes,
            call => call.Contains("tallymark/dotnet-cli/spool", StringComparison.Ordinal));
    }
}
