// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>The vectors in spec/vectors, which an implementation in any language has to match.</summary>
public sealed class VectorTests
{
    static readonly string Folder = Repository.PathOf("spec/vectors");

    public static TheoryData<string> SpoolFiles() =>
        new(Directory.GetFiles(Path.Combine(Folder, "spool"), "*.ndjson").Select(Path.GetFileNameWithoutExtension)!);

    public static TheoryData<string, int, bool, string, string> Replies()
    {
        var data = new TheoryData<string, int, bool, string, string>();
        foreach (var reply in Read("wire/replies.json").GetProperty("replies").EnumerateArray())
        {
            data.Add(
                Text(reply, "name"), reply.GetProperty("status").GetInt32(), reply.GetProperty("collector")
                    .GetBoolean(),
                Text(reply, "body"), Text(reply, "outcome"));
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(SpoolFiles))]
    public async Task Exactly_the_valid_lines_of_a_spool_file_are_sent(string name)
    {
        using var home = new UserHome();
        var tool = new ToolDefinition
        {
            Tool = "kmpkg",
            Title = "kmpkg",
            Version = "1.0.0",
            Endpoint = "https://collector.invalid/",
            Recipient = "example",
            Notice = "",
            Scope = "",
            ScopeId = new string('0', 64),
            Manifest = 1,
            Channels = NoticeChannels.Setup,
            DefaultOn = true,
            Variables = [],
        };
        var state = StateFolder.Of(tool, home.SdkEnvironment)!;
        Receipt.Show(tool, state, tool.Channels, home.Clock.GetUtcNow().UtcDateTime, Refusal.None, _ => { });
        StateFolder.Make(state.Spool);
        File.Copy(Path.Combine(Folder, "spool", name + ".ndjson"), Path.Combine(state.Spool, name + ".ndjson"));
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        await new Uploader(tool, state, home.SdkEnvironment).Run(wait: false);
        Assert.Equal(
            File.ReadAllLines(Path.Combine(Folder, "spool", name + ".sent")),
            collector.Requests.SelectMany(request => request.Lines[1..]));
    }

    [Theory]
    [MemberData(nameof(Replies))]
    public async Task A_reply_has_the_outcome_that_the_format_says(
        string name, int status, bool collector, string body, string outcome)
    {
        using var home = new UserHome();
        var vectors = Read("wire/replies.json");
        using var listener = new Listener(_ =>
            collector ? Listener.Answer(status, body) : Listener.Foreign(status, body));
        using var sender = Sender.To(new Uri(listener.Address), home.SdkEnvironment);
        var reply = await sender.Send(new Batch(Text(vectors, "batch"), "{}\n{}\n"u8.ToArray(), 2), "kmpkg");
        Assert.True(reply.Outcome == Enum.Parse<Outcome>(outcome, ignoreCase: true), name + ": " + reply);
    }

    [Fact]
    public void The_SDK_recognizes_exactly_the_distributions_of_the_format() =>
        Assert.Equal(
            File.ReadAllLines(Path.Combine(Folder, "distributions.txt")),
            DistributionTable.Known.Split(' ', StringSplitOptions.RemoveEmptyEntries));

    [Fact]
    public void Ids_and_digests_are_made_as_the_format_says()
    {
        var vectors = Read("spool/identity.json");
        var installation = new Installation(Text(vectors, "tool"), Convert.FromHexString(Text(vectors, "secret")));
        Assert.Equal(Text(vectors, "id"), Convert.ToHexStringLower(installation.Id));
        foreach (var digest in vectors.GetProperty("digests").EnumerateArray())
        {
            Assert.Equal(
                Text(digest, "digest"),
                Convert.ToHexStringLower(installation.Digest(Text(digest, "value"), Text(digest, "salt") == "tool")));
        }

        foreach (var part in vectors.GetProperty("parts").EnumerateArray())
        {
            Assert.Equal(
                Text(part, "id"),
                Batches.PartId(
                    Text(part, "batch"), part.GetProperty("from").GetInt32(), part.GetProperty("to").GetInt32()));
        }
    }

    internal static JsonElement Read(string name) =>
        JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, name))).RootElement;

    internal static string Text(JsonElement from, string member) => from.GetProperty(member).GetString()!;
}
