// SPDX-License-Identifier: MIT
using System.Text.Json;

namespace Mlflow.Stores;

/// <summary>
/// JSON documents below a folder. A document is replaced as a whole; lines are appended. Names from users become file
/// names by <see cref="NameOf"/>. Thread-safe within a process. A folder that can't be read or written, and a document
/// that is not JSON, is a <see cref="MlflowException"/>.
/// </summary>
sealed class JsonFiles(string root)
{
    readonly Lock _sync = new();

    /// <summary>A name that is safe as a file's name and differs for different texts.</summary>
    public static string NameOf(string text) =>
        Uri.EscapeDataString(text).Replace(".", "%2E", StringComparison.Ordinal);

    /// <summary>Reads a document; null if there is none.</summary>
    public T? Read<T>(string path)
        where T : class => Locked(() => File.Exists(FileOf(path)) ? Parse<T>(FileOf(path)) : null);

    /// <summary>All documents in a folder, by file name.</summary>
    public IReadOnlyList<T> List<T>(string folder) => Locked<IReadOnlyList<T>>(() =>
    {
        var path = Path.Combine(root, folder);
        return Directory.Exists(path)
            ? [.. Directory.EnumerateFiles(path, "*.json").Order(StringComparer.Ordinal).Select(Parse<T>)] : [];
    });

    /// <summary>Writes a document.</summary>
    public void Write<T>(string path, T value) => Locked(() =>
    {
        var file = FileOf(path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file + ".new", JsonSerializer.SerializeToUtf8Bytes(value, MlflowJson.Options));
        File.Move(file + ".new", file, overwrite: true);
        return value;
    });

    /// <summary>Reads, changes and writes a document as one step.</summary>
    public T Update<T>(string path, Func<T?, T> change)
        where T : class => Locked(() =>
        {
            var changed = change(Read<T>(path));
            Write(path, changed);
            return changed;
        });

    T Locked<T>(Func<T> step)
    {
        try
        {
            lock (_sync) return step();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new MlflowException($"{Path.GetFullPath(root)}: {e.Message}", e);
        }
    }

    static T Parse<T>(string file) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(file), MlflowJson.Options)!;

    string FileOf(string path) => Path.Combine(root, path + ".json");
}
