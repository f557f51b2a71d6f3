// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Store.Tests;

/// <summary>
/// A storage engine under test. To run the conformance suite for another engine, derive from this class and from each
/// test class in this folder; see <c>DuckDb/DuckDbConformance.cs</c>.
/// </summary>
public abstract class StoreEngine
{
    /// <summary>Opens the store of a folder.</summary>
    public abstract IEventStore Open(string folder, TimeProvider time);

    /// <summary>
    /// The rows of a table, read by other means than the store's while no store is open: each value as text, ordered by
    /// the table's time. Sets as <c>[a, b]</c>.
    /// </summary>
    public abstract IReadOnlyList<string?[]> Read(
        string folder, string tool, string table, IReadOnlyList<string> columns, bool development = false);

    /// <summary>Whether the bytes of a text are anywhere in the engine's storage.</summary>
    public virtual bool HasBytes(string folder, string text) => Directory
        .EnumerateFiles(folder, "*", SearchOption.AllDirectories)
        .Any(file => !file.EndsWith(".lock", StringComparison.Ordinal) && Contains(Open(file), text));

    /// <summary>Whether a stream contains a text. Disposes the stream.</summary>
    public static bool Contains(Stream content, string text)
    {
        using var stream = content;
        using var copy = new MemoryStream();
        stream.CopyTo(copy);

        // The beginning is enough, and a compressed text may lack its end.
        return copy.GetBuffer().AsSpan(0, (int)copy.Length).IndexOf(Encoding.ASCII.GetBytes(text[..24])) >= 0;
    }

    static FileStream Open(string file) =>
        new(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
}
