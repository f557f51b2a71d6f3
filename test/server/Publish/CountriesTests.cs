// SPDX-License-Identifier: MIT
// The embedded table of countries is whole and of one meaning.

namespace Tallymark.Publish.Tests;

public sealed class CountriesTests
{
    [Fact]
    public void All_codes_of_ISO_3166_1_and_Kosovo_are_there_once()
    {
        Assert.Equal(250, Countries.All.Count);
        Assert.All(Countries.All, c => Assert.Matches("^[A-Z]{2}$", c.Code));
        Assert.Equal(250, Countries.All.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("UG", "Uganda", "Africa")]
    [InlineData("AQ", "Antarctica", "Antarctica")]
    [InlineData("RU", "Russia", "Europe")]
    [InlineData("NA", "Namibia", "Africa")]
    [InlineData("CW", "Curaçao", "North America")]
    [InlineData("TR", "Türkiye", "Asia")]
    public void A_code_becomes_a_name_and_then_a_continent(string code, string name, string continent)
    {
        Assert.Equal(name, Countries.NameOf(code));
        Assert.Equal(continent, Countries.ContinentOf(name));
    }

    [Fact]
    public void A_continent_alone_stays_one()
    {
        Assert.Equal("Antarctica", Countries.NameOf("?AN"));
        Assert.Equal("North America", Hierarchy.Country.At(Hierarchy.Country.LabelOf("?NA"), 1));
    }

    [Fact]
    public void No_country_is_called_like_another_ones_continent()
    {
        string[] continents = [.. Countries.All.Select(c => c.Continent).Distinct(StringComparer.Ordinal)];
        Assert.Equal(7, continents.Length);
        Assert.All(
            Countries.All.Where(c => continents.Contains(c.Name, StringComparer.Ordinal)),
            c => Assert.Equal(c.Continent, c.Name));
    }

    [Theory]
    [InlineData("ZZ")]
    [InlineData("?XX")]
    [InlineData("ug")]
    public void A_code_that_the_table_has_not_is_other(string code) =>
        Assert.Equal("other", Hierarchy.Country.LabelOf(code));
}
