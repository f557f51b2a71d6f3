// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>DuckDB under the conformance suite, read back as the text that DuckDB itself makes of each value.</summary>
public sealed class DuckDbEngine : StoreEngine
{
    public override IEventStore Open(string folder, TimeProvider time) => new DuckDbEventStore(
        folder, new DuckDbOptions { Time = time, QueryProgram = [WriterProcess.Program, "query-child"] });

    public override IReadOnlyList<string?[]> Read(
        string folder, string tool, string table, IReadOnlyList<string> columns, bool development = false)
    {
        var texts = string.Join(", ", columns.Select(column => $"CAST(\"{column}\" AS VARCHAR)"));
        var schema = development ? "dev" : "main";
        return RawTool.Query(folder, tool, $"SELECT {texts} FROM {{{schema}.{table}}} ORDER BY \"time\"");
    }
}

public sealed class DuckDbEventWriterTests : EventWriterTests<DuckDbEngine>;

public sealed class DuckDbCellReaderTests : CellReaderTests<DuckDbEngine>;

public sealed class DuckDbStoreMaintenanceTests : StoreMaintenanceTests<DuckDbEngine>;

public sealed class DuckDbBackupSourceTests : BackupSourceTests<DuckDbEngine>;

public sealed class DuckDbStoreCheckTests : StoreCheckTests<DuckDbEngine>;

public sealed class DuckDbRawQueryTests : RawQueryTests<DuckDbEngine>;
