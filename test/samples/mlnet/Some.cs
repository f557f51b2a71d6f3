// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Mlnet.Tests;

/// <summary>Generated datasets, the same in each run.</summary>
static class Some
{
    /// <summary>
    /// Flowers: the species depends on length, width and colour, not on the number of the flower, and one in ten is
    /// wrong.
    /// </summary>
    public static string Flowers(int seed, int rows = 300)
    {
        var random = new Random(seed);
        var text = new StringBuilder("number,length,width,colour,species\n");
        for (var i = 0; i < rows; i++)
        {
            var (length, width) = (random.NextDouble() * 10, random.NextDouble() * 4);
            var colour = random.Next(2) == 0 ? "red" : "\"light, blue\"";
            var score = length + 2 * width + (colour == "red" ? 3 : 0);
            var species = random.Next(10) == 0 ? "daisy" : score < 8 ? "daisy" : score < 13 ? "rose" : "tulip";
            text.Append(CultureInfo.InvariantCulture, $"{i},{length:0.00},{width:0.00},{colour},{species}\n");
        }

        return text.ToString();
    }

    /// <summary>Houses: the price is linear in size and age, with noise; some ages are missing.</summary>
    public static string Houses(int seed, int rows = 300)
    {
        var random = new Random(seed);
        var text = new StringBuilder("size;age;town;price\n");
        for (var i = 0; i < rows; i++)
        {
            var (size, age) = (20 + random.NextDouble() * 100, random.Next(50));
            var town = random.Next(2) == 0 ? "north" : "south";
            var price = 3000 * size - 800 * age + (town == "north" ? 40_000 : 0) + random.NextDouble() * 5000;
            var shown = random.Next(20) == 0 ? "" : age.ToString(CultureInfo.InvariantCulture);
            text.Append(CultureInfo.InvariantCulture, $"{size:0.0};{shown};{town};{price:0}\n");
        }

        return text.ToString();
    }

    /// <summary>So many labels that no linear model is trained in a second.</summary>
    public static string ManyLabels(int labels = 2400)
    {
        var random = new Random(1);
        var text = new StringBuilder("width,height,label\n");
        for (var i = 0; i < 3 * labels; i++)
        {
            var (width, height) = (i % labels % 50 + random.NextDouble(), i % labels / 50 + random.NextDouble());
            text.Append(CultureInfo.InvariantCulture, $"{width:0.00},{height:0.00},l{i % labels}\n");
        }

        return text.ToString();
    }

    /// <summary>A price that is linear in one column, on which one trainer of Microsoft.ML diverges.</summary>
    public static string Line(int rows = 60)
    {
        var random = new Random(1);
        var text = new StringBuilder("size,price\n");
        for (var i = 0; i < rows; i++)
        {
            var size = random.NextDouble() * 100;
            text.Append(CultureInfo.InvariantCulture, $"{size},{size * 3 + random.NextDouble()}\n");
        }

        return text.ToString();
    }

    /// <summary>Ratings: each user likes one of two kinds of films and dislikes the other.</summary>
    public static string Ratings(int seed, int rows = 2000)
    {
        var random = new Random(seed);
        var text = new StringBuilder("user\tfilm\trating\n");
        for (var i = 0; i < rows; i++)
        {
            var (user, film) = (random.Next(40), random.Next(30));
            var rating = user % 2 == film % 2 ? random.Next(4, 6) : random.Next(1, 3);
            text.Append(CultureInfo.InvariantCulture, $"u{user}\tf{film}\t{rating}\n");
        }

        return text.ToString();
    }
}
