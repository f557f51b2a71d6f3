// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Tallymark.Tests;

/// <summary>A field that ends on a day: the last events that have it, and the first that do not.</summary>
public sealed class UntilTests
{
    [Theory]
    [InlineData("2027-06-29T12:00:00Z", true)]
    [InlineData("2027-06-30T00:00:00Z", true)]
    [InlineData("2027-06-30T23:59:59Z", true)]
    [InlineData("2027-07-01T00:00:00Z", false)]
    [InlineData("2027-07-01T01:59:59+02:00", true)] // a day is a day of UTC
    [InlineData("2028-01-01T00:00:00Z", false)]
    public void A_field_is_recorded_of_events_up_to_its_last_day_and_the_others_of_all(string time, bool recorded)
    {
        using var home = new UserHome().Agreed();
        home.Clock.AdjustTime(DateTimeOffset.Parse(time, System.Globalization.CultureInfo.InvariantCulture));
        using (var client = home.Start())
        using (var one = new EndingEvent(client))
            (one.Ending, one.Lasting) = (1, 2);

        var fields = JsonDocument.Parse(Assert.Single(home.Lines())).RootElement.GetProperty("fields");
        Assert.Equal(recorded, fields.TryGetProperty("ending", out _));
        Assert.Equal(recorded, fields.TryGetProperty("arch", out _));
        Assert.Equal(2, fields.GetProperty("lasting").GetInt64());
    }

    [Fact]
    public void An_event_that_begins_before_midnight_of_the_last_day_has_the_field_although_it_ends_after()
    {
        using var home = new UserHome().Agreed();
        home.Clock.AdjustTime(new DateTimeOffset(2027, 6, 30, 23, 59, 59, TimeSpan.Zero));
        using (var client = home.Start())
        using (var one = new EndingEvent(client))
        {
            one.Ending = 1;
            home.Clock.Advance(TimeSpan.FromSeconds(2));
        }

        Assert.Contains("\"ending\":1", Assert.Single(home.Lines()), StringComparison.Ordinal);
    }

    sealed class EndingEvent(TelemetryClient client) : TelemetryEvent(client, Declared)
    {
        static readonly EventDefinition Declared = new("ending",
        [
            new("ending", FieldKind.Count, Until: 20270630),
            new("arch", FieldKind.Arch, Until: 20270630),
            new("lasting", FieldKind.Count),
        ]);

        public long Ending { set => SetCount(0, value, []); }

        public long Lasting { set => SetCount(2, value, []); }
    }
}
