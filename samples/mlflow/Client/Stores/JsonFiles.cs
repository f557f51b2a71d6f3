// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Mlflow.Stores;

/// <summary>
/// JSON documents below a folder. A document is replaced as a whole; lines are appended. Names from users become file
/// names by <see cref="NameOf"/>. Thread-safe within a process.
/// </summary>
sealed class JsonFiles(string root)
{
    readonly Lock _sync = new();

    /// <summary>A name that is safe as a file's name and differs for different texts.</summary>
    public static string NameOf(string text) =>
        Uri.EscapeDataString(text).Replace(".", "%2E", StringComparison.Ordinal);

    /// <summary>Reads a document; null if there is none.</summary>
    public T? Read<T>(string path)
        where T : class
    {
        lock (_sync)
        {
            var file = FileOf(path);
            return File.Exists(file)
                ? JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), MlflowJson.Options) : null;
        }
    }

    /// <summary>All documents in a folder, by file name.</summary>
    public IReadOnlyList<T> List<T>(string folder)
    {
        lock (_sync)
        {
            var path = Path.Combine(root, folder);
            return Directory.Exists(path)
                ? [.. Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal)
                    .Select(file => JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), MlflowJson.Options)!)]
                : [];
        }
    }

    /// <summary>Writes a document.</summary>
    public void Write<T>(string path, T value)
    {
        lock (_sync)
        {
            var file = FileOf(path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(value, MlflowJson.Options));
            File.Move(file + ".new", file, overwrite: true);
        }
    }

    /// <summary>Reads, changes and writes a document as one step.</summary>
    public T Update<T>(string path, Func<T?, T> change)
        where T : class
    {
        lock (_sync)
        {
            var changed = change(Read<T>(path));
            Write(path, changed);
            return changed;
        }
    }

    string FileOf(string path) => Path.Combine(root, path + ".json");
}
