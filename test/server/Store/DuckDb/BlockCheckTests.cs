// SPDX-License-Identifier: MIT

using Tallymark.DuckDb.Files;
using Tallymark.DuckDb.Parts;

namespace Tallymark.Store.Tests;

/// <summary>Every changed byte of a database file is found without DuckDB.</summary>
public sealed class BlockCheckTests : IDisposable
{
    readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(16 * 1024)]
    [InlineData(256 * 1024)]
    public void Any_byte_that_changes_is_found_and_so_is_a_file_that_was_cut_short(int blockBytes)
    {
        var path = WriteFile(blockBytes);
        var whole = File.ReadAllBytes(path);
        Assert.InRange(whole.Length, 3 * blockBytes, 200 * blockBytes);
        Assert.Null(Damage(path));
        // The first and last bytes of headers and blocks, and bytes all over the file.
        int[] places =
        [
            .. Enumerable.Range(0, 97).Select(i => (int)((long)i * (whole.Length - 1) / 96)),
            0, 4095, 4096, 8192, 12287, 12288, 12288 + blockBytes - 1, 12288 + blockBytes,
        ];
        foreach (var place in places)
        {
            var bytes = (byte[])whole.Clone();
            bytes[place] ^= 0x10;
            File.WriteAllBytes(path, bytes);
            Assert.NotNull(Damage(path));
        }

        foreach (var length in new[] { 0, 4096, 12288, whole.Length / 2, whole.Length - 1 })
        {
            File.WriteAllBytes(path, whole[..length]);
            Assert.NotNull(Damage(path));
        }

        File.WriteAllBytes(path, whole);
        Assert.Null(Damage(path));
    }

    static string? Damage(string path) => BlockCheck.Read(path, 0, long.MaxValue, isServed: false).Damage;

    string WriteFile(int blockBytes)
    {
        var folder = new PartFolder(_folder.Path);
        var path = _folder["some.duckdb"];
        using var engine = EngineFactory.Open(folder, new DuckDbOptions());
        var file = new AttachedFile(path, "one");
        ToolFiles.Create(engine, file, blockBytes);
        using var connection = engine.Connect(path);
        connection.Execute(
            "CREATE TABLE one.t AS SELECT range AS a, hash(range) AS b, md5(range::VARCHAR) AS c FROM range(60000)");
        connection.Execute("CHECKPOINT one");
        connection.Execute("DETACH one");
        return path;
    }
}
