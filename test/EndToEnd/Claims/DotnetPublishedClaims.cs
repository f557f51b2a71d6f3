// SPDX-License-Identifier: MIT
// The .NET CLI document's claims about the data that its makers publish, proved with the public folder of dn's usage.

using System.Globalization;
using System.Text.Json;

namespace Tallymark.EndToEnd.Tests;

public sealed class DotnetPublishedClaims(PublishedUsage usage) : IClassFixture<PublishedUsage>
{
    // Where the manifest's fields are in the document. The environment is the one that has another kind: a set that
    // contains `container` (docs/adr/0020-the-net-cli-document.md).
    static readonly Dictionary<string, string[]> Fields = new(StringComparer.Ordinal)
    {
        ["timestamp of invocation"] = [],
        ["command invoked"] = ["command"],
        ["three octets of the IP address"] = ["country"],
        ["exit code"] = ["exit_code"],
        ["test runner"] = ["test_runner"],
        ["operating system and version"] = ["os", "os_version"],
        ["runtime IDs present in the runtimes node"] = ["runtime_ids_present"],
        ["SDK version"] = ["sdk_version"],
        ["arguments and options"] = ["arguments"],
        ["running in a container"] = ["environment"],
        ["target frameworks"] = ["target_frameworks"],
        ["hashed MAC address"] = ["machine"],
        ["hashed current working directory"] = ["working_directory"],
    };

    string File => $"dotnet-cli/dotnet-cli-usage-{usage.Period}.tsv";

    [Fact]
    [Claim("DOTNET-03", "DOTNET-07", "DOTNET-08", "DOTNET-09")]
    public async Task The_file_has_the_documents_columns_and_one_row_for_each_day_and_combination_of_values()
    {
        // The whole file is compared: it has no other column and no other row.
        var rest = string.Join('\t',
            usage.Fields.GetProperty("os").GetString(), usage.Fields.GetProperty("runtime_id").GetString(),
            usage.Fields.GetProperty("os_version").GetString(), usage.Fields.GetProperty("sdk_version").GetString());
        var expected = string.Join('\t', DotnetDocument.Texts("published_data", "columns")) + "\n"
            + $"{PublishedUsage.Written(usage.Before)}\t20\trestore\tUganda\t{rest}\n"
            + $"{PublishedUsage.Written(usage.Day)}\t20\tclean\tAntarctica\t{rest}\n"
            + $"{PublishedUsage.Written(usage.Day)}\t20\tclean\tEurope\t{rest}\n"
            + $"{PublishedUsage.Written(usage.Day)}\t40\trestore\tUganda\t{rest}\n";
        Assert.Equal(expected, await usage.Collector.ReadPublished(File));
        Assert.Equal((200, expected), await usage.Collector.Get("/public/" + File));

        // A day is written as in the document's example.
        Assert.Equal(DotnetDocument.Root.GetProperty("published_data").GetProperty("example").GetProperty("Timestamp")
            .GetString(), PublishedUsage.Written(new DateTime(2017, 4, 16)));

        // The collector's own rows give the same counts.
        var (status, counts) = await usage.Collector.Query(
            "select time::date as day, command, country, count(*) as n from invocation group by all order by all",
            usage.Token, "dotnet-cli");
        Assert.Equal(200, status);
        Assert.Equal(
            [
                $"{Iso(usage.Before)},restore,UG,20", $"{Iso(usage.Day)},clean,?EU,20",
                $"{Iso(usage.Day)},clean,AQ,20", $"{Iso(usage.Day)},restore,UG,40",
            ],
            counts.TrimEnd('\n').Split('\n')[1..].Select(line => line.Replace('\t', ','))
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    [Claim("DOTNET-03", "DOTNET-04", "DOTNET-05", "DOTNET-06")]
    public async Task Every_data_point_of_the_document_has_its_kind_and_is_published_only_where_it_is_marked()
    {
        using var dictionary = JsonDocument.Parse(
            await usage.Collector.ReadPublished("dotnet-cli/dictionary.json"));
        var fields = dictionary.RootElement.GetProperty("fields").EnumerateArray()
            .Concat(dictionary.RootElement.GetProperty("events")[0].GetProperty("fields").EnumerateArray())
            .ToDictionary(field => field.GetProperty("name").GetString()!, StringComparer.Ordinal);
        var points = DotnetDocument.Root.GetProperty("data_points").EnumerateArray().ToList();
        Assert.Equal(Fields.Keys, points.Select(point => point.GetProperty("element").GetString()));
        foreach (var point in points)
        {
            foreach (var name in Fields[point.GetProperty("element").GetString()!])
            {
                var kind = name == "environment" ? "environment" : point.GetProperty("kind").GetString();
                var field = fields[name];
                Assert.Equal((name, kind, point.GetProperty("published").GetBoolean()),
                    (name, field.GetProperty("type").GetString(), field.GetProperty("published").GetBoolean()));
            }
        }

        // Besides them, only what its published rows need.
        Assert.Equal(["installation", "runtime_id"], fields.Keys.Except(Fields.Values.SelectMany(name => name)));
    }

    [Fact]
    [Claim("DOTNET-06")]
    public async Task The_hashed_network_card_and_folder_are_stored_and_in_no_published_file()
    {
        var (status, stored) = await usage.Collector.Query(
            "select distinct machine, working_directory from invocation", usage.Token, "dotnet-cli");
        Assert.Equal(200, status);
        List<string> values = [usage.Fields.GetProperty("working_directory").GetString()!];
        if (usage.Fields.TryGetProperty("machine", out var machine)) values.Add(machine.GetString()!);
        Assert.All(values, value => Assert.Contains(value, stored, StringComparison.Ordinal));

        // Each half of a value is searched for, in any case, in every file.
        Assert.StartsWith("Timestamp\t", await usage.Collector.ReadPublished(File), StringComparison.Ordinal);
        var search = new LeakSearch(values.SelectMany(value => new[] { value[..32], value[32..] }));
        Assert.Empty(search.FindBelow(usage.Collector.Published));
        Assert.NotEmpty(search.FindIn("control", System.Text.Encoding.ASCII.GetBytes(values[0].ToUpperInvariant())));
    }

    [Fact]
    [Claim("DOTNET-07", "DOTNET-10")]
    public async Task A_closed_quarter_has_the_documents_file_name_and_an_index_lists_it()
    {
        var pattern = DotnetDocument.Root.GetProperty("published_data").GetProperty("address_pattern").GetString()!;
        var name = pattern.Split('/')[^1]
            .Replace("<YEAR>-q<QUARTER>", usage.Period, StringComparison.Ordinal);
        Assert.StartsWith(string.Join('\t', DotnetDocument.Texts("published_data", "columns")) + "\n",
            await usage.Collector.ReadPublished("dotnet-cli/" + name), StringComparison.Ordinal);
        Assert.Equal(200, (await usage.Collector.Get("/public/dotnet-cli/" + name)).Status);

        // The index names it beside its metadata.
        using var index = JsonDocument.Parse((await usage.Collector.Get("/public/dotnet-cli/index.json")).Text);
        var period = Assert.Single(index.RootElement.GetProperty("periods").EnumerateArray());
        Assert.Equal(usage.Period, period.GetProperty("period").GetString());
        var dataset = Assert.Single(period.GetProperty("datasets").EnumerateArray());
        Assert.Equal(("usage", name), (dataset.GetProperty("name").GetString(), dataset.GetProperty("tsv").GetString()));
        Assert.Contains("\"tool\":\"dotnet-cli\"", (await usage.Collector.Get("/public/index.json")).Text,
            StringComparison.Ordinal);
    }

    [Fact]
    [Claim("DOTNET-11")]
    public async Task The_published_data_says_that_it_has_the_documents_licence()
    {
        var id = DotnetDocument.Root.GetProperty("published_data").GetProperty("license").GetProperty("id").GetString()!;
        using var metadata = JsonDocument.Parse(
            await usage.Collector.ReadPublished(Path.ChangeExtension(File, ".json")));
        Assert.Equal(id, metadata.RootElement.GetProperty("license").GetString());
        Assert.Contains(id, await usage.Collector.ReadPublished("dotnet-cli/LICENSE.txt"), StringComparison.Ordinal);
        Assert.Contains(id, await usage.Collector.ReadPublished("dotnet-cli/dictionary.md"), StringComparison.Ordinal);
    }

    static string Iso(DateTime day) => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
