// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Text;

namespace Tallymark.Publish.Tests;

/// <summary>A row of a TSV file.</summary>
sealed record Published(string Day, long Occurrences, IReadOnlyList<string> Values);

/// <summary>An independent reader of published files.</summary>
static class Tsv
{
    /// <summary>The rows of a file whose first two columns are the day and the count. Fails if the file does not have
    /// the form of spec/published.md.</summary>
    public static List<Published> Read(string path)
    {
        var bytes = File.ReadAllBytes(path);
        Assert.Equal((byte)'\n', bytes[^1]);
        Assert.DoesNotContain((byte)'\r', bytes);
        var lines = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true)
            .GetString(bytes[..^1]).Split('\n');
        var headings = lines[0].Split('\t');
        return [.. lines.Skip(1).Select(line =>
        {
            var values = line.Split('\t');
            Assert.Equal(headings.Length, values.Length);
            return new Published(values[0], long.Parse(values[1], CultureInfo.InvariantCulture), values[2..]);
        })];
    }
}
