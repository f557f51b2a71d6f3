// SPDX-License-Identifier: MIT

using System.Globalization;

namespace Tallymark.Cli;

/// <summary>
/// A tool's manifests and cells: from the running collector or, if none is running, from the data folder. Open until
/// disposed. One thread at a time.
/// </summary>
sealed class ToolSource : IDisposable
{
    readonly IReadOnlyList<IDisposable> _owned;

    ToolSource(
        IReadOnlyList<ToolManifest> manifests, ICellSource cells, DuckDbEventStore? store,
        params IReadOnlyList<IDisposable> owned)
    {
        Store = store;
        Manifests = manifests;
        Cells = cells;
        _owned = owned;
    }

    /// <summary>The default of <c>--data</c>: a folder in the user's folder for application data.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "tallymark-collector");

    /// <summary>The accepted versions of the tool's manifest, ascending; at least one.</summary>
    public IReadOnlyList<ToolManifest> Manifests { get; }

    /// <summary>The store; null if a collector is running, because only that collector may open it.</summary>
    public DuckDbEventStore? Store { get; }

    /// <summary>The tool's cells.</summary>
    public ICellSource Cells { get; }

    /// <summary>Opens a tool's data.</summary>
    /// <exception cref="StoreException">The tool does not exist, or its data is in use or can't be read. The message
    /// says what to do.</exception>
    /// <param name="folder">The collector's data folder.</param>
    /// <param name="tool">The tool.</param>
    /// <param name="publication">The period that is being published; null: none.</param>
    public static ToolSource Open(string folder, string tool, string? publication = null) =>
        ControlClient.TryConnect(folder, publication) is { } collector
        ? OpenCollector(collector, folder, tool)
        : OpenFiles(folder, tool);

    /// <summary>Closes the store or the connection.</summary>
    public void Dispose()
    {
        foreach (var one in _owned)
            one.Dispose();
    }

    static ToolSource OpenCollector(ControlClient collector, string folder, string tool)
    {
        try
        {
            string[] tools = [.. collector.Status().Tools.Select(one => one.Tool)];
            if (!tools.Contains(tool, StringComparer.Ordinal))
                throw UnknownTool(tool, $"The collector on {folder}", tools);
            var answer = collector.Manifests(tool);
            List<ToolManifest> manifests = [.. answer.Texts.Select(text => Read(text, $"manifest of {tool}"))];
            return new ToolSource(manifests, new CollectorCells(collector, answer.KeptFrom), store: null, collector);
        }
        catch (Exception e)
        {
            collector.Dispose();
            if (e is ControlException)
                throw new StoreException(e.Message, e);
            throw;
        }
    }

    static ToolSource OpenFiles(string folder, string tool)
    {
        if (!Directory.Exists(folder))
            throw new StoreException($"{folder} does not exist. Name the collector's data folder with --data.");
        var data = DataFolder.Open(folder);
        var tools = DataFolderCommand.ToolsIn(data);
        if (!tools.Contains(tool, StringComparer.Ordinal)) // also rejects a path instead of a name
            throw UnknownTool(tool, folder, tools);
        var folderLock = data.TryLock() ?? throw DataFolderCommand.InUse(folder);
        try
        {
            if (data.HasJournal)
            {
                throw new StoreException(
                    $"The collector on {folder} stopped before all acknowledged events were in the store. Start it " +
                    "once with `tallymark serve`, then try again.");
            }

            List<ToolManifest> manifests =
                [.. ManifestFiles(data.Manifests(tool)).Select(path => Read(File.ReadAllText(path), path))];
            var store = new DuckDbEventStore(folder, new DuckDbOptions { QueryProgram = QueryCommand.ChildProgram });
            // As the collector does: a version without events may have added tables and columns.
            foreach (var manifest in store.Size(tool).Files > 0 ? manifests : [])
                store.Prepare(tool, Table.Of(manifest), Rollup.Of(manifest));
            return new ToolSource(manifests, new StoreCells(store), store, store, folderLock);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    static IReadOnlyList<string> ManifestFiles(string folder)
    {
        List<string> files = Directory.Exists(folder)
            ? [.. Directory.EnumerateFiles(folder, "*.yaml").OrderBy(VersionOf)]
            : [];
        return files.Count > 0 ? files : throw new StoreException(
            $"{folder} contains no manifest. Start the collector once with the tool's manifest.");
    }

    static int VersionOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
    }

    static ToolManifest Read(string text, string path)
    {
        var result = ManifestReader.ReadAccepted(text);
        return result.Manifest ?? throw new StoreException(
            "This version of tallymark finds errors in the stored manifest, which another version accepted. Use that " +
            "version, or give the collector a corrected manifest.\n" +
            string.Join('\n', result.Diagnostics.Select(d => d.Format(path))));
    }

    static StoreException UnknownTool(string tool, string where, IReadOnlyList<string> tools) => new(
        $"{where} has no tool {tool}. " +
        (tools.Count == 0 ? "It has no tools yet." : $"Its tools: {string.Join(", ", tools)}."));

    // To the publisher, an error of the collector is an error of the store: the cells are incomplete.
    sealed class CollectorCells(ControlClient collector, DateOnly keptFrom) : ICellSource
    {
        public DateOnly KeptFrom(string tool) => keptFrom;

        public IEnumerable<Cell> Cells(string tool, CellQuery query)
        {
            using var cells = collector.Cells(tool, query).GetEnumerator();
            while (Next(cells))
                yield return cells.Current;
        }

        static bool Next(IEnumerator<Cell> cells)
        {
            try
            {
                return cells.MoveNext();
            }
            catch (ControlException e)
            {
                throw new StoreException(e.Message, e);
            }
        }
    }
}
