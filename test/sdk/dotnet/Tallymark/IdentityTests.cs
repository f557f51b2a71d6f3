// SPDX-License-Identifier: MIT
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Tests;

/// <summary>
/// Our SHA-256, and the ids and digests made with it, compared with the framework's as an independent oracle.
/// </summary>
public sealed class IdentityTests
{
    // FIPS 180-4 examples and the NIST short messages.
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData(
        "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    [InlineData(
        "abcdefghbcdefghicdefghijdefghijkefghijklfghijklmghijklmnhijklmnoijklmnopjklmnopqklmnopqrlmnopqrsmnopqrstnopqrstu",
        "cf5b16a778af8380036ce59e7b0492370b249b11e8f07a51afac45037afee9d1")]
    public void The_hash_gives_the_published_values(string text, string expected) =>
        Assert.Equal(expected, Convert.ToHexStringLower(new ManagedSha256().Add(text).Finish()));

    [Fact]
    public void The_hash_of_a_million_letters() =>
        Assert.Equal(
            "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
            Convert.ToHexStringLower(new ManagedSha256().Add(new string('a', 1_000_000)).Finish()));

    [Fact]
    public void The_hash_agrees_with_the_frameworks() =>
        Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), ArbMap.Default.ArbFor<byte[]>(), (one, two) =>
            new ManagedSha256().Add(one).Add(two).Finish().SequenceEqual(SHA256.HashData([.. one, .. two])))
            .QuickCheckThrowOnFailure();

    [Theory]
    [InlineData(54)]
    [InlineData(55)]
    [InlineData(56)]
    [InlineData(63)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(119)]
    [InlineData(128)]
    public void The_hash_is_right_at_the_edges_of_a_block(int length)
    {
        var bytes = Enumerable.Range(0, length).Select(i => (byte)i).ToArray();
        Assert.Equal(SHA256.HashData(bytes), new ManagedSha256().Add(bytes).Finish());
    }

    [Fact]
    public void The_stored_id_is_made_from_the_secret_as_the_format_says()
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        var text = File.ReadAllText(home.State.In("installation"));
        Assert.Matches("^[0-9a-f]{64}\n$", text);
        var secret = Convert.FromHexString(text.TrimEnd('\n'));
        var proof = SHA256.HashData([.. "delete"u8, .. "sample-tool"u8, .. secret]);
        var id = SHA256.HashData([.. "installation"u8, .. proof]);
        Assert.Contains("\"installation\":\"" + Convert.ToHexStringLower(id) + "\"", home.Lines()[0]);
        Assert.DoesNotContain(text.TrimEnd('\n'), home.Lines()[0]);
    }

    [Fact]
    public void Digests_are_made_under_the_installation_or_the_tool()
    {
        using var home = new UserHome().Agreed().Record(work => (work.File, work.Word) = ("näme.txt", "näme.txt"));
        var secret = Convert.FromHexString(File.ReadAllText(home.State.In("installation")).TrimEnd('\n'));
        var value = Encoding.UTF8.GetBytes("näme.txt");
        var fields = JsonDocument.Parse(home.Lines()[0]).RootElement.GetProperty("fields");
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData([.. "digest"u8, .. "sample-tool\n"u8, .. secret, .. value])),
            fields.GetProperty("file").GetString());
        Assert.Equal(
            Convert.ToHexStringLower(SHA256.HashData([.. "digest-tool"u8, .. "sample-tool\n"u8, .. value])),
            fields.GetProperty("word").GetString());
    }

    [Fact]
    public void Two_tools_of_one_user_have_ids_that_do_not_join()
    {
        var secret = new byte[32];
        Assert.NotEqual(new Installation("one", secret).Id, new Installation("two", secret).Id);
    }

    [Fact]
    public async Task Many_processes_that_create_the_secret_at_once_get_the_same()
    {
        // Repeated, because the race (one process sees no secret, then finds that of another) is rare.
        for (var round = 0; round < 200; round++)
        {
            using var home = new UserHome();
            StateFolder.Make(home.State.Path);
            var all = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ =>
                Task.Run(() => Installation.Open(home.State, "sample-tool", SdkEnvironment.Real)?.Id)));
            Assert.NotNull(all[0]);
            Assert.All(all, id => Assert.Equal(all[0], id));
            Assert.Equal([home.State.In("installation")], Directory.GetFiles(home.State.Path));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("short\n")]
    [InlineData("0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdeX\n")]
    public void A_damaged_secret_is_replaced_but_not_while_it_may_be_being_written(string spoiled)
    {
        using var home = new UserHome().Agreed();
        var path = home.State.In("installation");
        File.WriteAllText(path, spoiled);
        home.Clock.AdjustTime(DateTimeOffset.UtcNow);
        home.Record(_ => { });
        Assert.Empty(home.Lines());
        Assert.Equal(spoiled, File.ReadAllText(path));
        home.Clock.Advance(TimeSpan.FromMinutes(2));
        home.Record(_ => { });
        Assert.Single(home.Lines());
        Assert.Matches("^[0-9a-f]{64}\n$", File.ReadAllText(path));
    }

    [Fact]
    public void If_no_id_can_be_saved_the_client_is_off_and_nothing_is_recorded()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
            Assert.True(client.IsOn);
        Assert.True(File.Exists(home.State.Installation));
        File.Delete(home.State.Installation);
        Directory.CreateDirectory(home.State.Installation);
        using (var client = home.Start())
        {
            Assert.False(client.IsOn);
            new WorkEvent(client).Dispose();
        }

        Assert.Empty(home.Lines());
    }
}
