// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Tests;

/// <summary>
/// spec/spool.md is sufficient to write a correct spool file: a Python program does it without any of our code.
/// </summary>
public sealed class OtherLanguageTests
{
    [Theory]
    [InlineData(3, 1)]
    [InlineData(1201, 4)]
    public async Task A_file_from_Python_is_left_alone_while_it_is_locked_and_then_sent_whole(int count, int batches)
    {
        using var home = new UserHome().Agreed();
        using var python = Python(home.State.Path, count);
        Assert.Equal("written", await python.StandardOutput.ReadLineAsync());
        var file = Assert.Single(Directory.GetFiles(home.State.Spool));
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        Assert.Equal(default, await home.Upload());
        Assert.Equal(file, Assert.Single(Directory.GetFiles(home.State.Spool)));
        Assert.Empty(collector.Requests);

        python.StandardInput.Close();
        await python.WaitForExitAsync();
        var lines = await File.ReadAllLinesAsync(file);
        Assert.Equal(count, lines.Length);
        Assert.Equal(new UploadResult(count, 0, 0, null), await home.Upload());
        Assert.Equal(batches, collector.Requests.Count);
        Assert.Equal(lines, collector.Requests.SelectMany(request => request.Lines[1..]));
        Assert.False(Directory.Exists(home.State.Damaged), "a line was taken for damage");
    }

    [Fact]
    public async Task The_parts_of_a_file_that_is_too_large_have_ids_made_from_the_file_and_the_lines_alone()
    {
        using var home = new UserHome().Agreed().RecordMany(1);
        var content = string.Concat(Enumerable.Repeat(home.Lines()[0] + "\n", 501));
        Directory.Delete(home.State.Spool, recursive: true);
        home.Spool("0123.ndjson", content);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        await home.Upload();

        var whole = Id("file\n0123.ndjson\n" + content);
        Assert.Equal(
            [Id("split\n" + whole + "\n0-250"), Id("split\n" + whole + "\n250-501")],
            collector.Requests.Select(request => request.Batch));

        // The same file again, as from a copy of the home: the collector knows these ids.
        home.Spool("0123.ndjson", content);
        await home.Upload();
        Assert.Equal(2, collector.Requests.Select(request => request.Batch).Distinct().Count());
        Assert.Equal(4, collector.Requests.Count);
    }

    [Fact]
    public async Task Files_that_are_small_go_together_up_to_500_events_and_512_KiB()
    {
        using var home = new UserHome().Agreed().RecordMany(200).RecordMany(200).RecordMany(200);
        using var collector = new Listener(Listener.Accept);
        home.Collector = collector.Address;
        Assert.Equal(600, (await home.Upload()).Accepted);
        Assert.Equal([400, 200], collector.Requests.Select(request => request.Events));
        var line = collector.Requests.First().Lines[1];
        home.Spool(
            "large.ndjson",
            string.Concat(Enumerable.Repeat(line.Replace("success", new string('s', 15_000)) + "\n", 80)));
        Assert.Equal(80, (await home.Upload()).Accepted);
        Assert.All(
            collector.Requests, request => Assert.InRange(request.Lines.Sum(text => text.Length + 1), 1, 512 * 1024));
    }

    static string Id(string text)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16);
        hash[6] = (byte)(hash[6] & 0x0f | 0x80);
        hash[8] = (byte)(hash[8] & 0x3f | 0x80);
        return new Guid(hash, bigEndian: true).ToString();
    }

    static Process Python(string state, int count)
    {
        var script = Path.Combine(AppContext.BaseDirectory, "write_spool.py");
        try
        {
            return Process.Start(
                new ProcessStartInfo("python3", [script, state, count.ToString(CultureInfo.InvariantCulture)])
                {
                    RedirectStandardInput = true,
                    RedirectStandardOutput = true,
                })!;
        }
        catch (Win32Exception)
        {
            Assert.Skip("there is no python3");
            throw;
        }
    }
}
