// SPDX-License-Identifier: MIT
namespace Tallymark.Support;

/// <summary>A new empty folder, removed with everything in it at the end of the test.</summary>
/// <param name="prefix">The start of the folder's name. A prefix with a blank also tests paths with blanks.</param>
/// <param name="inMemory">Use a folder in memory if the system has one, for tests that would wait for the disk.</param>
sealed class TempFolder(string prefix = "tallymark-test-", bool inMemory = false) : IDisposable
{
    const string Memory = "/dev/shm";

    public string Path { get; } = inMemory && Directory.Exists(Memory)
        ? Directory.CreateDirectory($"{Memory}/{prefix}{Guid.NewGuid():N}").FullName
        : Directory.CreateTempSubdirectory(prefix).FullName;

    /// <summary>The path of a file or folder below this one, whether it exists or not.</summary>
    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>Creates a folder below this one; returns its path.</summary>
    public string Create(string name) => Directory.CreateDirectory(this[name]).FullName;

    /// <summary>Writes a text file below this folder, and creates the folders on its path; returns its path.</summary>
    public string Write(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(this[name])!);
        File.WriteAllText(this[name], text);
        return this[name];
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
