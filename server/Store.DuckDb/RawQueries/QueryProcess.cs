// SPDX-License-Identifier: MIT

using System.Diagnostics;
using System.Text;
using System.Text.Json;

namespace Tallymark.DuckDb.RawQueries;

/// <summary>Starts child processes that run one query each (<see cref="DuckDbQueryChild"/>). Thread-safe.</summary>
/// <param name="program">The child's program and its first arguments.</param>
sealed class QueryProcess(IReadOnlyList<string> program)
{
    const int GraceSeconds = 5;

    /// <summary>Runs one query over some files. Kills the child at the time limit.</summary>
    /// <exception cref="StoreException">The child can't be started.</exception>
    /// <exception cref="OperationCanceledException">The query was cancelled.</exception>
    public async Task<RawAnswer> RunAsync(IReadOnlyList<string> files, RawQuery query, CancellationToken cancel)
    {
        var declared = Catalog.Union([]).With(query.Declared).Tables.Select(
            table => new DeclaredTable(table.Schema, table.Name, table.Columns));
        var order = new QueryOrder(files, [.. declared], query.Sql, query.Format, query.MaxRows, query.MaxMemoryMiB,
            (int)query.MaxTime.TotalSeconds + GraceSeconds);
        using var child = Start();
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        limit.CancelAfter(query.MaxTime);
        try
        {
            await child.StandardInput.WriteLineAsync(JsonSerializer.Serialize(order).AsMemory(), limit.Token);
            child.StandardInput.Close();
            var errors = child.StandardError.ReadToEndAsync(limit.Token);
            var text = await ReadAsync(child.StandardOutput.BaseStream, query.MaxBytes, limit.Token);
            if (text is null)
                return RawAnswer.Refused(
                    $"The result is larger than {query.MaxBytes >> 20} MiB. Select fewer columns or rows.");
            var result = ParseResult(await errors);
            await child.WaitForExitAsync(limit.Token);
            return result.Error is { } error
                ? RawAnswer.Refused(error)
                : new RawAnswer(RawQueryStatus.Answered, text, result.Rows, result.IsTruncated, Error: null);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return RawAnswer.Refused(
                $"The query took longer than {query.MaxTime.TotalSeconds:0} seconds. Restrict it, for example to " +
                "fewer days.");
        }
        catch (IOException)
        {
            return RawAnswer.Refused(
                "The query process ended without a result, possibly out of memory. Restrict the query, for example " +
                "to fewer days.");
        }
        finally
        {
            if (!child.HasExited)
                child.Kill();
        }
    }

    // The result is the last line: DuckDB or the runtime may have written others before it.
    static QueryResult ParseResult(string errors)
    {
        try
        {
            var text = errors.AsSpan().Trim();
            return JsonSerializer.Deserialize<QueryResult>(text[(text.LastIndexOf('\n') + 1)..])
                ?? throw new IOException("The query's process wrote no result.");
        }
        catch (JsonException e)
        {
            throw new IOException("The query's process wrote no result.", e);
        }
    }

    // Null: the answer is larger than the limit.
    static async Task<byte[]?> ReadAsync(Stream from, int maxBytes, CancellationToken cancel)
    {
        var text = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int count; (count = await from.ReadAsync(buffer, cancel)) > 0;)
        {
            if (text.Length + count > maxBytes)
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
        start.Environment.Clear(); // the child needs none of the collector's configuration or secrets
        start.Environment["DOTNET_EnableDiagnostics"] = "0";
        if (Environment.GetEnvironmentVariable("DOTNET_ROOT") is { } root)
            start.Environment["DOTNET_ROOT"] = root;
        if (Environment.GetEnvironmentVariable("PATH") is { } path)
            start.Environment["PATH"] = path; // to find `dotnet`, for a build without an executable
        try
        {
            return Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception e)
        {
            throw new StoreException($"{program[0]}: the process for the query can't be started. {e.Message}", e);
        }
    }
}
