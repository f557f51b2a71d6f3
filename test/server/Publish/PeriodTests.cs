// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Tests;

public sealed class PeriodTests
{
    [Theory]
    [InlineData("2026-q1", "2026-01-01", "2026-03-31", 90)]
    [InlineData("2026-q2", "2026-04-01", "2026-06-30", 91)]
    [InlineData("2026-q3", "2026-07-01", "2026-09-30", 92)]
    [InlineData("2026-q4", "2026-10-01", "2026-12-31", 92)]
    [InlineData("2028-q1", "2028-01-01", "2028-03-31", 91)]
    public void A_quarter_covers_its_days(string text, string from, string to, int days)
    {
        Assert.True(Period.TryParse(text, out var period));
        Assert.Equal(text, period.ToString());
        Assert.Equal(DateOnly.Parse(from, null), period.From);
        Assert.Equal(DateOnly.Parse(to, null), period.To);
        Assert.Equal(days, period.Days);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("2026-Q4")]
    [InlineData("2026-q5")]
    [InlineData("2026-q0")]
    [InlineData("2026q4")]
    [InlineData("26-q4")]
    [InlineData("0000-q1")]
    [InlineData("2026-q4 ")]
    [InlineData("-026-q4")]
    public void Other_forms_are_not_accepted(string? text) => Assert.False(Period.TryParse(text, out _));

    [Fact]
    public void A_quarter_is_closed_sixty_days_after_its_last_day()
    {
        var closes = new DateTimeOffset(2027, 3, 2, 0, 0, 0, TimeSpan.Zero);
        Assert.Equal(closes, Some.Quarter.Closes);
        Assert.False(Some.Quarter.IsClosed(closes.AddTicks(-1)));
        Assert.True(Some.Quarter.IsClosed(closes));
    }

    [Fact]
    public void A_time_belongs_to_the_quarter_of_its_UTC_day()
    {
        Assert.Equal(new Period(2026, 4), Period.Of(Some.During));
        var westwards = new DateTimeOffset(2026, 12, 31, 23, 0, 0, TimeSpan.FromHours(-2));
        Assert.Equal(new Period(2027, 1), Period.Of(westwards));
    }
}
