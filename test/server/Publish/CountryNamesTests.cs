// SPDX-License-Identifier: MIT

namespace Tallymark.Publish.Tests;

public sealed class CountryNamesTests
{
    [Fact]
    public void The_table_contains_each_code_of_ISO_3166_1_and_Kosovo_once()
    {
        Assert.Equal(250, CountryNames.All.Count);
        Assert.All(CountryNames.All, c => Assert.Matches("^[A-Z]{2}$", c.Code));
        Assert.Equal(250, CountryNames.All.Select(c => c.Name).Distinct(StringComparer.Ordinal).Count());
    }

    [Theory]
    [InlineData("UG", "Uganda", "Africa")]
    [InlineData("AQ", "Antarctica", "Antarctica")]
    [InlineData("RU", "Russia", "Europe")]
    [InlineData("NA", "Namibia", "Africa")]
    [InlineData("CW", "Curaçao", "North America")]
    [InlineData("TR", "Türkiye", "Asia")]
    public void A_code_maps_to_a_name_and_a_name_to_a_continent(string code, string name, string continent)
    {
        Assert.Equal(name, CountryNames.NameOf(code));
        Assert.Equal(continent, CountryNames.ContinentOf(name));
    }

    [Fact]
    public void A_continent_code_maps_to_the_continent()
    {
        Assert.Equal("Antarctica", CountryNames.NameOf("?AN"));
        Assert.Equal("North America", Hierarchy.Country.Generalize(Hierarchy.Country.LabelOf("?NA"), 1));
    }

    [Fact]
    public void No_country_has_the_name_of_a_continent_it_is_not_in()
    {
        string[] continents = [.. CountryNames.All.Select(c => c.Continent).Distinct(StringComparer.Ordinal)];
        Assert.Equal(7, continents.Length);
        Assert.All(
            CountryNames.All.Where(c => continents.Contains(c.Name, StringComparer.Ordinal)),
            c => Assert.Equal(c.Continent, c.Name));
    }

    [Theory]
    [InlineData("ZZ")]
    [InlineData("?XX")]
    [InlineData("ug")]
    public void A_code_missing_from_the_table_becomes_other(string code) =>
        Assert.Equal("other", Hierarchy.Country.LabelOf(code));
}
