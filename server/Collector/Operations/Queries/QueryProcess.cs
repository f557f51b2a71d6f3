// SPDX-License-Identifier: MIT
// A query of raw data in a process of its own: what goes in, what comes out, and that it ends.

using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Tallymark.Collector.Operations;

/// <summary>What the child is asked: one line of JSON on its standard input.</summary>
/// <param name="Files">The files of a snapshot.</param>
/// <param name="Sql">The query.</param>
/// <param name="Json">JSON instead of tab-separated values.</param>
/// <param name="MostRows">How many rows.</param>
/// <param name="MostBytes">How many bytes of answer.</param>
/// <param name="MemoryMiB">How much memory.</param>
public sealed record QueryOrder(IReadOnlyList<string> Files, string Sql, bool Json, int MostRows, int MostBytes, int MemoryMiB);

/// <summary>How it ended: one line of JSON on its standard error.</summary>
/// <param name="Error">Why there is no answer, for who asked; null: there is one.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Truncated">There were more.</param>
public sealed record QueryEnd(string? Error, long Rows, bool Truncated);

/// <summary>An answer.</summary>
/// <param name="End">How it ended.</param>
/// <param name="Text">The rows, whole; empty with an error.</param>
public sealed record QueryAnswer(QueryEnd End, byte[] Text);

/// <summary>Starts children. Safe for any thread.</summary>
/// <param name="program">The program that is the child and its first arguments.</param>
public sealed class QueryProcess(IReadOnlyList<string> program)
{
    /// <summary>Runs one, which is killed when its time is over.</summary>
    /// <exception cref="IOException">It can't be started.</exception>
    /// <exception cref="OperationCanceledException">Who asked has gone.</exception>
    public async Task<QueryAnswer> RunAsync(QueryOrder order, TimeSpan time, CancellationToken cancel)
    {
        using var child = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(time);
        try
        {
            await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), limit.Token);
            child.StandardInput.Close();
            var said = child.StandardError.ReadToEndAsync(limit.Token);
            var text = await ReadAsync(child.StandardOutput.BaseStream, order.MostBytes, limit.Token);
            var end = EndOf(await said);
            await child.WaitForExitAsync(limit.Token);
            return text is null ? Without($"The answer has more than {order.MostBytes >> 20} MiB; ask for less.")
                : end.Error is null ? new QueryAnswer(end, text) : new QueryAnswer(end, []);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return Without($"It took longer than {time.TotalSeconds:0} seconds; ask for less.");
        }
        catch (IOException)
        {
            return Without("The query's process ended without an answer: it took more memory than there is, perhaps.");
        }
        finally
        {
            if (!child.HasExited)
                child.Kill();
        }
    }

    static QueryAnswer Without(string error) => new(new QueryEnd(error, 0, Truncated: false), []);

    static QueryEnd EndOf(string said)
    {
        try
        {
            return JsonSerializer.Deserialize<QueryEnd>(said.AsSpan().Trim()[(said.AsSpan().Trim().LastIndexOf('\n') + 1)..])
                ?? throw new IOException("no end");
        }
        catch (JsonException e)
        {
            throw new IOException("no end", e);
        }
    }

    // Null: it is larger than it may be.
    static async Task<byte[]?> ReadAsync(Stream from, int most, CancellationToken cancel)
    {
        var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if (text.Length + count > most)
                return null;
            text.Write(buffer, 0, count);
        }

        return text.ToArray();
    }

    Process Start()
    {
        var start = new ProcessStartInfo(program[0])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardInputEncoding = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false),
            UseShellExecute = false,
            WorkingDirectory = Path.GetPathRoot(AppContext.BaseDirectory)!,
        };
        for (var i = 1; i < program.Count; i++)
            start.ArgumentList.Add(program[i]);
        start.Environment.Clear(); // it needs nothing of what the collector was told
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
            start.Environment["DOTNET_ROOT"] = root;
        if (Environment.GetEnvironmentVariable("PATH") is { } path)
            start.Environment["PATH"] = path; // where `dotnet` is, for a build without a program of its own
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new IOException($"{program[0]} can't be started: {e.Message}", e);
        }
    }
}
