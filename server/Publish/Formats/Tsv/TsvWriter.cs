// SPDX-License-Identifier: MIT

using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Publish.Formats.Tsv;

/// <summary>
/// Tab-separated values: one line of headings, then one line for each row. Nothing is quoted, because no value can
/// contain a tab or a line end; the writer checks that. The checksum is computed while writing.
/// </summary>
sealed class TsvWriter : IDatasetWriter
{
    readonly AtomicFile _file;
    readonly Dataset _dataset;
    readonly string _dayForm;
    readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    string? _sha256;

    /// <summary>Starts the file with its headings.</summary>
    public TsvWriter(string path, Dataset dataset)
    {
        _dataset = dataset;
        _dayForm = DayForms.NameOf(dataset.Columns.First(c => c.From == ColumnSource.Day).Form);
        _file = new AtomicFile(path);
        WriteLine(dataset.Columns.Select(c => c.Name));
    }

    /// <inheritdoc/>
    public string Path => _file.Path;

    /// <inheritdoc/>
    public string Sha256 => _sha256 ??= Convert.ToHexStringLower(_hash.GetHashAndReset());

    /// <inheritdoc/>
    public void Write(DateOnly day, IReadOnlyList<PublishedRow> rows)
    {
        var dayText = day.ToDateTime(TimeOnly.MinValue).ToString(_dayForm, CultureInfo.InvariantCulture);
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
        }
    }

    /// <inheritdoc/>
    public void Commit() => _file.Commit();

    /// <summary>Removes the file unless it was committed.</summary>
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
                    $"A value of {_dataset.Name} is empty or contains a control character. No manifest allows that.");
            }

            text.Append(text.Length == 0 ? "" : "\t").Append(value);
        }

        var bytes = Encoding.UTF8.GetBytes(text.Append('\n').ToString());
        _file.Content.Write(bytes);
        _hash.AppendData(bytes);
    }
}
