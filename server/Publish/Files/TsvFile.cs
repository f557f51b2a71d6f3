// SPDX-License-Identifier: MIT
// One dataset and period as tab-separated values: a line of headings, then a line a row.

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Publish.Files;

/// <summary>A row as it is written.</summary>
/// <param name="Labels">The value columns, in the dataset's order.</param>
/// <param name="Occurrences">How many events.</param>
sealed record TsvRow(string[] Labels, long Occurrences);

/// <summary>
/// Writes a file day by day, and knows its checksum as it goes. Nothing is quoted, since no value can hold a tab or a
/// line's end; that is checked.
/// </summary>
sealed class TsvFile : IDisposable
{
    readonly WholeFile _file;
    readonly Dataset _dataset;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    string? _sha256;

    /// <summary>Begins the file with its headings.</summary>
    public TsvFile(string path, Dataset dataset)
    {
        _dataset = dataset;
        _file = new WholeFile(path);
        WriteLine(dataset.Columns.Select(c => c.Name));
    }

    /// <summary>The name under which it will appear.</summary>
    public string Path => _file.Path;

    /// <summary>Rows so far.</summary>
    public long Rows { get; private set; }

    /// <summary>The sum of their occurrences.</summary>
    public long Occurrences { get; private set; }

    /// <summary>The SHA-256 of the whole file, in lower-case hexadecimal. After the last row.</summary>
    public string Sha256 => _sha256 ??= Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <summary>Appends a day's rows, which are in order already; the days in order too.</summary>
    public void Add(DateOnly day, IEnumerable<TsvRow> rows)
    {
        var dayText = day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
        var line = new string[_dataset.Columns.Count];
        foreach (var row in rows)
        {
            var label = 0;
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = _dataset.Columns[i].From switch
                {
                    ColumnSource.Day => dayText,
                    ColumnSource.Occurrences => row.Occurrences.ToString(CultureInfo.InvariantCulture),
                    _ => row.Labels[label++],
                };
            }

            WriteLine(line);
            Rows++;
            Occurrences = checked(Occurrences + row.Occurrences);
        }
    }

    /// <summary>Gives the file its name.</summary>
    public void Keep() => _file.Keep();

    /// <summary>The SHA-256 of a file that is there, in lower-case hexadecimal.</summary>
    public static string HashOf(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }

    /// <summary>Takes the file back if it was not kept.</summary>
    public void Dispose()
    {
        _file.Dispose();
        _hash.Dispose();
    }

    void WriteLine(IEnumerable<string> values)
    {
        var text = new StringBuilder();
        foreach (var value in values)
        {
            if (value.Length == 0 || value.Any(char.IsControl))
            {
                throw new InvalidOperationException(
                    $"A value of {_dataset.Name} is empty or has a control character: no manifest allows that.");
            }

            text.Append(text.Length == 0 ? "" : "\t").Append(value);
        }

        var bytes = Encoding.UTF8.GetBytes(text.Append('\n').ToString());
        _file.Content.Write(bytes);
        _hash.AppendData(bytes);
    }
}
