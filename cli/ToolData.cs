// SPDX-License-Identifier: MIT
// A tool's manifest and cells: from the running collector, or, where none runs, from the data folder itself.

using System.Globalization;

namespace Tallymark.Cli;

/// <summary>Open until disposed. One thread at a time.</summary>
sealed class ToolData : IDisposable
{
    readonly IReadOnlyList<IDisposable> _open;

    ToolData(ToolManifest manifest, ICellSource cells, IEventStore? store, params IReadOnlyList<IDisposable> open)
    {
        Store = store;
        Manifest = manifest;
        Cells = cells;
        _open = open;
    }

    /// <summary>Where a collector's data lies unless <c>--data</c> says otherwise: in the user's folder for programs'
    /// data.</summary>
    public static string DefaultFolder => Path.Combine(
        Environment.GetFolderPath(
            Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
        "tallymark-collector");

    /// <summary>The tool's newest manifest.</summary>
    public ToolManifest Manifest { get; }

    /// <summary>The store, where no collector runs; null where one does, which is the only one to open it.</summary>
    public IEventStore? Store { get; }

    /// <summary>Its cells.</summary>
    public ICellSource Cells { get; }

    /// <summary>Opens a tool's data.</summary>
    /// <exception cref="StoreException">There is none, it is in use, or it can't be read; the message says what to
    /// do.</exception>
    public static ToolData Open(string folder, string tool) =>
        ControlClient.TryConnect(folder) is { } collector ? Ask(collector, folder, tool) : OpenFiles(folder, tool);

    /// <summary>Closes what was opened.</summary>
    public void Dispose()
    {
        foreach (var one in _open)
            one.Dispose();
    }

    static ToolData Ask(ControlClient collector, string folder, string tool)
    {
        try
        {
            string[] tools = [.. collector.Status().Tools.Select(one => one.Tool)];
            if (!tools.Contains(tool, StringComparer.Ordinal))
                throw Unknown(tool, $"the collector of {folder}", tools);
            var manifest = Read(collector.Manifest(tool), $"manifest of {tool}");
            return new ToolData(manifest, new CollectorCells(collector), store: null, collector);
        }
        catch (Exception e)
        {
            collector.Dispose();
            if (e is ControlException)
                throw new StoreException(e.Message, e);
            throw;
        }
    }

    static ToolData OpenFiles(string folder, string tool)
    {
        if (!Directory.Exists(folder))
            throw new StoreException($"There is no folder {folder}. Give the collector's data folder with --data.");
        var data = DataFolder.Open(folder);
        var folders = Directory.Exists(data.Tools) ? Directory.EnumerateDirectories(data.Tools) : [];
        string[] tools = [.. folders.Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)];
        if (!tools.Contains(tool, StringComparer.Ordinal)) // also keeps a path from being taken for a name
            throw Unknown(tool, folder, tools);
        var mine = data.TryLock() ?? throw new StoreException(
            $"Another process has {folder} open and does not answer on its socket. Wait until it ends, or stop it.");
        try
        {
            if (data.HasJournal)
            {
                throw new StoreException(
                    $"The collector of {folder} ended before all that it had acknowledged was in the store. Start it once with `tallymark serve`, then ask again.");
            }

            var path = NewestManifest(data.Manifests(tool));
            var manifest = Read(File.ReadAllText(path), path);
            var store = new DuckDbEventStore(folder);
            return new ToolData(manifest, new StoreCells(store), store, store, mine);
        }
        catch
        {
            mine.Dispose();
            throw;
        }
    }

    static string NewestManifest(string folder)
    {
        var newest = Directory.Exists(folder)
            ? Directory.EnumerateFiles(folder, "*.yaml").MaxBy(VersionOf)
            : null;
        return newest ?? throw new StoreException(
            $"{folder} has no manifest. Start the collector once with the tool's manifest.");
    }

    static int VersionOf(string path)
    {
        var name = Path.GetFileNameWithoutExtension(path);
        return int.TryParse(name, NumberStyles.None, CultureInfo.InvariantCulture, out var version) ? version : -1;
    }

    static ToolManifest Read(string text, string path)
    {
        var result = ManifestReader.Read(text);
        return result.Manifest ?? throw new StoreException(
            "The stored manifest is refused; another version of tallymark accepted it.\n" +
            string.Join('\n', result.Diagnostics.Select(d => d.Format(path))));
    }

    static StoreException Unknown(string tool, string where, IReadOnlyList<string> tools) => new(
        $"There is no tool {tool} in {where}; " +
        (tools.Count == 0 ? "it has none yet." : $"it has {string.Join(", ", tools)}."));

    // The collector's errors are the store's to the publisher: an answer that is not whole.
    sealed class CollectorCells(ControlClient collector) : ICellSource
    {
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
