// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>The envelope column <c>provenance</c> came later: files without it stay readable.</summary>
public sealed class ProvenanceTests : IDisposable
{
    readonly TempFolder _folder = new();
    readonly Table _install = Some.TableOf("install");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_of_a_file_without_the_column_stay_and_new_rows_have_it()
    {
        Commit("i1", provenance: null);
        using (var database = DuckDb.Interop.Database.Open(RawTool.Parts(_folder.Path, Some.Tool)[^1], []))
        using (var connection = database.Connect())
            connection.Execute("ALTER TABLE main.install DROP COLUMN provenance");

        Commit("i2", provenance: null);
        Commit("i3", "otlp");

        Assert.Equal(
            [["i1", null], ["i2", null], ["i3", "otlp"]],
            RawTool.Query(
                _folder.Path, Some.Tool, "SELECT installation, provenance FROM {main.install} ORDER BY installation"));
        using var store = new DuckDbEventStore(_folder.Path);
        Assert.Equal(3, store.CountEvents(Some.Tool)["install"]);
        var query = Some.Query(["install"], [], Some.Epoch, Some.Epoch);
        Assert.Equal(3, store.Cells(Some.Tool, query).Single().Occurrences);
    }

    void Commit(string installation, string? provenance)
    {
        var rows = new EventRows(_install);
        rows[0].Append(1);
        rows[1].Append(1);
        rows[2].Append(1);
        rows[3].Append("success"u8);
        if (provenance is not null)
            rows[Envelope.Provenance].Append(System.Text.Encoding.ASCII.GetBytes(provenance));
        rows[_install.Installation].Append(System.Text.Encoding.ASCII.GetBytes(installation));
        rows.Keep();
        using var store = new DuckDbEventStore(_folder.Path);
        store.Prepare(Some.Tool, [_install]);
        Assert.Equal([true], store.Commit(Some.Tool, [Some.Batch(rows)]));
    }
}
