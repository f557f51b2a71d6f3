// SPDX-License-Identifier: MIT
namespace Mlnet.Tests;

/// <summary>A bad file gives a message that says what is wrong and where, and no model.</summary>
public sealed class BadInputTests
{
    const string Good = "a,b,y\n1,2,3\n2,3,5\n3,1,4\n4,4,8\n5,2,7\n6,1,7\n7,3,10\n8,5,13\n9,2,11\n10,1,11\n";

    [Theory]
    [InlineData("", "data.csv: the file is empty")]
    [InlineData("a,b,y\n1,2,3\n1,2\n", "data.csv: line 3: 2 columns instead of 3")]
    [InlineData("a,b,y\n1,\"two\nlines\",3\n1,2,3,4\n", "data.csv: line 4: 4 columns instead of 3")]
    [InlineData("a,b,y\n1,2,3\n\"1,2,3\n", "data.csv: line 3: a quote is not closed")]
    [InlineData("a,a,y\n1,2,3\n", "data.csv: line 1: two columns have the name 'a'")]
    [InlineData("a,b,z\n1,2,3\n", "--label-col: the dataset has no column 'y'. Its columns are a, b, z.")]
    [InlineData("a,b,y\n1,2,\n", "data.csv: no row has a value in the column 'y'")]
    [InlineData("a,b,y\n1,2,3\n1,2,many\n", "data.csv: 'many' in the column 'y' is not a number")]
    [InlineData("a,b,y\n1,2,3\n1,2,4\n", "data.csv: 2 rows with a label; at least 10 are needed")]
    public async Task A_bad_dataset_is_an_error_that_says_where(string text, string message)
    {
        using var here = new Workplace();
        here.Write("data.csv", text);
        var ended = (await here.Words("regression --dataset data.csv --label-col y --train-time 1")).With(2);
        Assert.Equal($"mlnet: error: {message}\n", ended.Errors);
        Assert.Equal("", ended.Output);
        Assert.False(File.Exists(here["model.mlnet"]));
    }

    [Theory]
    [InlineData("classification", "y\nred\nred\nred\nred\nred\nred\nred\nred\nred\nred\n",
        "data.csv: all rows to learn from have the same label")]
    [InlineData("regression", "y\n1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
        "data.csv: nothing can be learned from its other columns")]
    public async Task Nothing_to_learn_is_an_error(string command, string text, string message)
    {
        using var here = new Workplace();
        here.Write("data.csv", text);
        var ended = (await here.Words($"{command} --dataset data.csv --label-col y")).With(2);
        Assert.Equal($"mlnet: error: {message}\n", ended.Errors);
    }

    [Fact]
    public async Task Numbers_that_no_trainer_can_learn_from_are_an_error_that_names_the_dataset()
    {
        using var here = new Workplace();
        foreach (var label in (string[])["1e308", "-1e308"])
        {
            here.Write("data.csv", "a,y\n" + string.Concat(Enumerable.Range(0, 20).Select(i => $"{i},{label}\n")));
            var ended = (await here.Words("regression --dataset data.csv --label-col y --train-time 1")).With(2);
            Assert.StartsWith("mlnet: error: data.csv: no model could be trained on these numbers: ", ended.Errors,
                StringComparison.Ordinal);
            Assert.False(File.Exists(here["model.mlnet"]));
        }
    }

    [Theory]
    [InlineData("regression --dataset data.csv --label-col y --ignore-cols c", 2, "has no column 'c'")]
    [InlineData("regression --dataset data.csv --label-col y --validation-dataset short.csv", 2, "has no column 'b'")]
    [InlineData("regression --dataset data.csv --label-col y --test-dataset short.csv", 2, "has no column 'b'")]
    [InlineData("recommendation --dataset data.csv --label-col y --user-col a --item-col c", 2, "has no column 'c'")]
    [InlineData("regression --dataset absent.csv --label-col y", 4, "absent.csv")]
    [InlineData("regression --dataset . --label-col y", 4, "denied")]
    [InlineData("regression --dataset data.csv --label-col y --output-path data.csv/out", 4, "data.csv")]
    [InlineData("predict --model data.csv --dataset data.csv", 3, "data.csv: not a model that 'mlnet' has written")]
    [InlineData("predict --model absent.mlnet --dataset data.csv", 4, "absent.mlnet")]
    public async Task Another_mistake_has_its_exit_code_and_a_message(string command, int code, string message)
    {
        using var here = new Workplace();
        here.Write("data.csv", Good);
        here.Write("short.csv", "a,y\n1,2\n");
        var ended = (await here.Words(command)).With(code);
        Assert.StartsWith("mlnet: error: ", ended.Errors, StringComparison.Ordinal);
        Assert.Contains(message, ended.Errors, StringComparison.Ordinal);
        Assert.Single(ended.Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [InlineData("regression --dataset data.csv")]
    [InlineData("regression --dataset data.csv --label-col y --train-time 0")]
    [InlineData("regression --dataset data.csv --label-col y --train-time soon")]
    [InlineData("regression --dataset data.csv --label-col y --verbosity loud")]
    [InlineData("regression --dataset data.csv --label-col y --name out/model")]
    [InlineData("regression --dataset data.csv --label-col y --user-col a")]
    [InlineData("regression --dataset= --label-col y")]
    [InlineData("clustering --dataset data.csv")]
    public async Task An_invalid_command_line_does_nothing(string command)
    {
        using var here = new Workplace();
        here.Write("data.csv", Good);
        Assert.NotEqual("", (await here.Words(command)).With(1).Errors);
        Assert.False(File.Exists(here["model.mlnet"]));
    }

    [Fact]
    public async Task Values_that_begin_with_an_at_sign_are_values_and_columns_without_a_header_have_numbers()
    {
        using var here = new Workplace();
        here.Write("@data.csv", Good.Replace(",y\n", ",@y\n", StringComparison.Ordinal));
        (await here.Words("regression --dataset @data.csv --label-col @y --train-time 1")).With(0);
        here.Write("bare.csv", Good[6..]);
        var ended = (await here.Words("regression --dataset bare.csv --label-col 2 --has-header false --train-time 1"))
            .With(0);
        Assert.StartsWith("8 rows to learn from, 2 rows", ended.Output, StringComparison.Ordinal);
    }
}
