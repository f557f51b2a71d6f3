// SPDX-License-Identifier: MIT

namespace Tallymark.Store.Tests;

/// <summary>The tests of one role: what every engine must do.</summary>
public abstract class ConformanceTests<TEngine> : IDisposable where TEngine : StoreEngine, new()
{
    readonly TEngine _engine = new();
    readonly TempFolder _folder = new();

    /// <summary>The clock of the stores.</summary>
    protected FakeTimeProvider Clock { get; } = new(Some.Now);

    /// <summary>The folder of the store.</summary>
    protected string Folder => _folder.Path;

    public void Dispose()
    {
        _folder.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Opens the store of the test's folder, or of another.</summary>
    protected IEventStore Open(string? folder = null) => _engine.Open(folder ?? Folder, Clock);

    /// <summary>The rows of a table (<see cref="StoreEngine.Read"/>).</summary>
    protected IReadOnlyList<string?[]> Read(string tool, string table, params string[] columns) =>
        _engine.Read(Folder, tool, table, columns);

    /// <summary>The same of development builds.</summary>
    protected IReadOnlyList<string?[]> ReadDevelopment(string tool, string table, params string[] columns) =>
        _engine.Read(Folder, tool, table, columns, development: true);

    /// <summary>Whether the bytes of a text are anywhere in the engine's storage.</summary>
    protected bool HasBytes(string text) => _engine.HasBytes(Folder, text);
}
