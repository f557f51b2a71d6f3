// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>
/// A source other than <see cref="TelemetryEvent"/>, as a relay for the events of web pages would be: it passes through
/// the same gate, scope, limits and spool file.
/// </summary>
public sealed class LineSourceTests
{
    const string Port = "port";

    [Fact]
    public void A_second_source_writes_to_the_same_spool_file_as_the_tools_own_events()
    {
        using var home = new UserHome().Agreed();
        using (var client = home.Start())
        {
            using (var work = new WorkEvent(client))
                work.Items = 1;
            Assert.True(client.Record(new Relay("zlib"), client.Generation, typeof(WorkEvent), out _));
        }

        Assert.Single(Directory.GetFiles(home.State.Spool));
        var line = JsonDocument.Parse(home.Lines()[1]).RootElement;
        Assert.Equal("work", line.GetProperty("event").GetString());
        Assert.Equal("success", line.GetProperty("status").GetString());
        Assert.Equal("zlib", line.GetProperty("fields").GetProperty(Port).GetString());
        Assert.True(line.GetProperty("fields").TryGetProperty("installation", out _));
    }

    [Fact]
    public void A_second_source_is_not_asked_for_a_field_that_the_user_withholds()
    {
        using var home = new UserHome().Agreed();
        TelemetryCommand.Run(home.Tool, ["withhold", Port], home.Texts, home.SdkEnvironment);
        var relay = new Relay("zlib");
        using (var client = home.Start())
            client.Record(relay, client.Generation, typeof(WorkEvent), out _);
        var line = JsonDocument.Parse(Assert.Single(home.Lines())).RootElement;
        Assert.False(line.GetProperty("fields").TryGetProperty(Port, out _));
        Assert.Equal(Port, Assert.Single(line.GetProperty("withheld").EnumerateArray()).GetString());
        Assert.False(relay.WasAskedForPort);
    }

    [Fact]
    public void A_second_source_is_refused_without_consent_and_in_another_generation()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        Assert.False(client.Record(new Relay("zlib"), client.Generation - 1, typeof(WorkEvent), out _));
        home["DO_NOT_TRACK"] = "1";
        Assert.False(client.Record(new Relay("zlib"), client.Generation, typeof(WorkEvent), out _));
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void A_line_of_a_second_source_that_is_too_long_is_dropped_and_counted()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        Assert.True(client.Record(
            new Relay(new string('a', SpoolLine.MaxBytes)), client.Generation, typeof(WorkEvent), out var failed));
        Assert.False(failed); // a later attempt would not fit either
        Assert.Equal(1, client.Dropped);
        Assert.Empty(home.Lines());
    }

    [Fact]
    public void A_line_of_a_second_source_that_cannot_be_written_has_failed_and_may_come_again()
    {
        using var home = new UserHome().Agreed();
        using var client = home.Start();
        var spool = home.State.Spool;
        File.WriteAllText(spool, "");
        Assert.True(client.Record(new Relay("zlib"), client.Generation, typeof(WorkEvent), out var failed));
        Assert.Equal((true, 1), (failed, client.Dropped));
        File.Delete(spool);
        Assert.True(client.Record(new Relay("zlib"), client.Generation, typeof(WorkEvent), out failed));
        Assert.False(failed);
        Assert.Single(home.Lines());
    }

    sealed class Relay : SpoolLineSource
    {
        readonly string _port;

        public Relay(string port)
            : base(WorkEvent.Definition)
        {
            _port = port;
            (Began, Status) = (new DateTime(2026, 11, 20, 10, 51, 21, DateTimeKind.Utc), "success");
        }

        public bool WasAskedForPort { get; private set; }

        internal override bool AddValue(LineBuffer line, int slot, BuiltInFields builtIn, Installation installation)
        {
            var field = Shape.Fields[slot];
            if (field.Name != Port)
                return field.Kind > FieldKind.OwnDuration && builtIn.Add(line, field.Kind, installation);
            WasAskedForPort = true;
            line.AddQuoted(_port);
            return true;
        }
    }
}
