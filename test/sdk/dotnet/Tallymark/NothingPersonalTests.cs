// SPDX-License-Identifier: MIT
using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Tests;

/// <summary>
/// Whatever text a program passes to the setters, none of it is on the wire: real uploads over real sockets, with
/// headers and decompressed bodies searched.
/// </summary>
public sealed class NothingPersonalTests
{
    static readonly string[] Legal =
    [
        "zlib", "openssl", "--dry-run", "--keep-going", "zz", "https://x", "s3://x", "ftp://x", "x", "1.4.2-beta.1",
        "2-rc",
    ];

    [Fact]
    public void Nothing_that_a_program_gives_to_any_setter_is_in_the_spool_or_on_the_wire_whole_or_in_part()
    {
        var always = Legal.Select(text => Send([text]).Wire).Aggregate("", (all, one) => all + one);
        var texts = Personal.Text.ListOf(12);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(Arb.From(texts), given =>
        {
            var left = Send(given);
            // Everything was sent: the given values, and all other fields of these events.
            Assert.Equal(given.Count, left.Events);
            Assert.DoesNotMatch("[^ -~\n\r\t]", left.Wire);
            foreach (var text in given)
            {
                Assert.Equal([], Personal.FindIn(left.Wire, always, text));
                Assert.Equal([], Personal.FindIn(left.Spool, always, text));
            }
        }));
    }

    [Fact]
    public void The_search_finds_each_text_that_was_drawn_and_each_of_its_pieces_where_they_are()
    {
        var always = Send(["zlib"]).Wire;
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(Arb.From(Personal.Text), text =>
        {
            if (text.Length < Personal.Piece || !Regex.IsMatch(text, "[g-zG-Z]{6}"))
                return;
            var piece = Regex.Match(text, "[g-zG-Z]{6}").Value;
            Assert.NotEmpty(Personal.FindIn(always + "\"" + text + "\"", always, text));
            Assert.NotEmpty(Personal.FindIn(always + piece.ToUpperInvariant(), always, text));
            Assert.NotEmpty(
                Personal.FindIn(always + Convert.ToHexStringLower(Encoding.UTF8.GetBytes(text)), always, text));
            Assert.NotEmpty(
                Personal.FindIn(always + Convert.ToBase64String(Encoding.UTF8.GetBytes(text)), always, text));
        }));
        Assert.NotEmpty(Personal.FindIn(always + "192.168.1.17", always, "192.168.1.17"));
        Assert.NotEmpty(Personal.FindIn(always + "3c:ec:ef:12:34:56", always, "3c:ec:ef:12:34:56"));
    }

    /// <summary>
    /// Records one event for each text, and passes the text to every setter that takes text, to an exception, and to
    /// the environment.
    /// </summary>
    static (string Wire, string Spool, int Events) Send(IReadOnlyList<string> texts)
    {
        using var home = new UserHome().Agreed();
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        using (var client = home.Start(["--value", .. texts]))
        {
            foreach (var text in texts)
            {
                foreach (var name in (string[])["USER", "LOGNAME", "EMAIL", "HOSTNAME", "PWD", "GIT_AUTHOR_NAME"])
                    home[name] = text;
                Record(client, text);
            }
        }

        var spool = string.Concat(home.Lines());
        var result = new Uploader(home.Tool, home.State, home.SdkEnvironment).Run(wait: true).GetAwaiter().GetResult();
        Assert.Null(result.Problem);
        var request = Assert.Single(collector.Requests);
        var wire = new StringBuilder(request.Line).Append('\n');
        foreach (var (name, value) in request.Headers)
            wire.Append(name).Append(": ").Append(value).Append('\n');
        return (wire.AppendJoin('\n', request.Lines).ToString(), spool, result.Accepted);
    }

    static void Record(TelemetryClient client, string text)
    {
        using var work = new WorkEvent(client);
        work.Port = text;
        work.Options = [text, "zz", "zz" + text];
        work.OtherVersion = text;
        work.Store = text;
        work.File = text;
        work.Word = text;
        work.Experiment = text;
        work.Crash(Thrown(text));
    }

    static Exception Thrown(string text)
    {
        try
        {
            throw new InvalidOperationException(text, new ArgumentException(text, text))
            {
                Source = text,
                HelpLink = text,
                Data = { [text] = text },
            };
        }
        catch (InvalidOperationException e)
        {
            return e;
        }
    }
}
