// SPDX-License-Identifier: MIT
// A published folder for tests: files in the form of spec/published.md, written without the publisher's code.

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Tallymark.Browser.Tests;

/// <summary>A value column: its heading, and its source in the metadata.</summary>
sealed record Column(string Name, string From, string? Type = null, string? Part = null, string? Why = null);

sealed class Published : IDisposable
{
    readonly List<JsonNode> _tools = [];

    /// <param name="folder">The folder to write into. Default: a new one.</param>
    public Published(string? folder = null) => Folder = folder is null
        ? Directory.CreateTempSubdirectory("tallymark-published-").FullName
        : Directory.CreateDirectory(folder).FullName;

    public string Folder { get; }

    /// <summary>A closed and an open period of <c>kmpkg</c>, with every kind of column.</summary>
    public static Published Kmpkg(string? folder = null)
    {
        var published = new Published(folder);
        published.Tool("kmpkg", "kmpkg");
        published.Period("kmpkg", "2026-q3", new DateOnly(2026, 7, 1), provisional: false, scale: 40);
        published.Period("kmpkg", "2026-q4", new DateOnly(2026, 10, 1), provisional: true, scale: 3);
        return published;
    }

    public void Tool(string tool, string title)
    {
        _tools.Add(new JsonObject { ["tool"] = tool, ["title"] = title });
        var tools = new JsonArray([.. _tools.Select(t => t.DeepClone())]);
        Write("index.json", new JsonObject { ["tallymark"] = 1, ["tools"] = tools });
        Directory.CreateDirectory(Path.Combine(Folder, tool));
        File.WriteAllText(Path.Combine(Folder, tool, "dictionary.md"), "# Dictionary\n");
    }

    public void Period(string tool, string period, DateOnly from, bool provisional, int scale)
    {
        var folder = provisional ? $"{tool}/provisional" : tool;
        Directory.CreateDirectory(Path.Combine(Folder, folder));
        var entries = new JsonArray();
        foreach (var (name, title, columns, rows) in Datasets(from, scale))
        {
            var file = $"{tool}-{name}-{period}";
            string[] lines =
            [
                string.Join('\t', ["Timestamp", "Occurrences", .. columns.Select(c => c.Name)]),
                .. rows.Order(StringComparer.Ordinal),
            ];
            File.WriteAllText(Path.Combine(Folder, folder, $"{file}.tsv"), string.Join('\n', lines) + "\n");
            var metadata = new JsonObject
            {
                ["tallymark"] = 1,
                ["tool"] = tool,
                ["title"] = tool,
                ["dataset"] = name,
                ["datasetTitle"] = title,
                ["period"] = period,
                ["provisional"] = provisional,
                ["from"] = Day(from),
                ["to"] = Day(from.AddMonths(3).AddDays(-1)),
                ["generated"] =
                    $"{Day(provisional ? from.AddDays(50 + 61) : from.AddMonths(5))}T04:00:00Z",
                ["through"] = Day(provisional ? from.AddDays(50) : from.AddMonths(3).AddDays(-1)),
                ["manifest"] = 3,
                ["minimum"] = 20,
                ["license"] = "CC-BY-4.0",
                ["columns"] = new JsonArray([
                    new JsonObject { ["name"] = "Timestamp", ["from"] = "day" },
                    new JsonObject { ["name"] = "Occurrences", ["from"] = "occurrences" },
                    .. columns.Select(Describe),
                ]),
                ["attribution"] = new JsonArray("Countries were found with the tables of a third party."),
                ["rows"] = rows.Count,
                ["occurrences"] = rows.Sum(row => long.Parse(row.Split('\t')[1], CultureInfo.InvariantCulture)),
                ["sha256"] = new string('0', 64),
            };
            if (!provisional)
                metadata["daysLeftOut"] = 1;
            Write($"{folder}/{file}.json", metadata);
            entries.Add(new JsonObject
            {
                ["name"] = name,
                ["title"] = title,
                ["tsv"] = $"{file}.tsv",
                ["metadata"] = $"{file}.json",
            });
        }

        Write($"{folder}/index.json", new JsonObject
        {
            ["tallymark"] = 1,
            ["tool"] = tool,
            ["title"] = tool,
            ["provisional"] = provisional,
            ["periods"] = new JsonArray(new JsonObject { ["period"] = period, ["datasets"] = entries }),
        });
    }

    /// <summary>Changes the text of a file.</summary>
    public void Overwrite(string path, Func<string, string> change)
    {
        var file = Path.Combine(Folder, path);
        File.WriteAllText(file, change(File.ReadAllText(file)));
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    static IEnumerable<(string Name, string Title, Column[] Columns, List<string> Rows)> Datasets(
        DateOnly from, int scale)
    {
        string[] commands = ["install", "list", "search", "remove"];
        string[] statuses = ["success", "failure", "unknown", "other"];
        var usage = new List<string>();
        var systems = new List<string>();
        var countries = new List<string>();
        for (var day = 0; day < 51; day++)
        {
            if (day == 8) // a day with too few installations: no dataset has a row
                continue;
            var date = Day(from.AddDays(day));
            for (var c = 0; c < commands.Length; c++)
            {
                for (var s = 0; s < statuses.Length; s++)
                    usage.Add($"{date}\t{scale * (5 - c) * (5 - s) + day % 7}\t{commands[c]}\t{statuses[s]}");
            }

            systems.Add($"{date}\t{scale * 9 + day}\tlinux\tdebian.12");
            systems.Add($"{date}\t{scale * 4}\tlinux\tother");
            systems.Add($"{date}\t{scale * 5}\twindows\t10.0.26100");
            systems.Add($"{date}\t{scale * 11}\tother\tother"); // larger than any value, but still drawn last
            for (var c = 0; c < 20; c++)
                countries.Add($"{date}\t{scale * (20 - c)}\tCountry of the number {c:00}");
            countries.Add($"{date}\t{scale * 6}\tAfrica");
            countries.Add($"{date}\t{scale * 3}\tother");
        }

        yield return ("usage", "Commands", [new("Command", "event"), new("Status", "status")], usage);
        yield return ("systems", "Operating systems",
        [
            new("OSFamily", "field", "os", "family", "To know which systems ports must build on."),
            new("OSVersion", "field", "os", "version", "To know which releases of a system are still in use."),
        ], systems);
        yield return ("countries", "Countries",
            [new("Country", "field", "country", Part: null, "To place mirrors near their users.")], countries);
    }

    static JsonNode Describe(Column column)
    {
        var entry = new JsonObject { ["name"] = column.Name, ["from"] = column.From };
        if (column.Type is not null)
            entry["type"] = column.Type;
        if (column.Part is not null)
            entry["part"] = column.Part;
        if (column.Why is not null)
            entry["why"] = column.Why;
        return entry;
    }

    void Write(string path, JsonNode document) =>
        File.WriteAllText(Path.Combine(Folder, path), document.ToJsonString(JsonSerializerOptions.Default));

    static string Day(DateOnly day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
