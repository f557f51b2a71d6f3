// SPDX-License-Identifier: MIT
// Small files in which somebody may have said no: looked at for each event, read again only when they have changed.

using System.Text;

namespace Tallymark.Consent;

/// <summary>
/// One such file. That there is none is not the same as that it can't be read. A look costs one system call and, on Linux,
/// no memory. Not thread safe.
/// </summary>
sealed class WatchedFile
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly string _path;
    byte[]? _name;
    FileMark _mark;
    bool _known;

    internal WatchedFile(string path) => _path = path;

    /// <summary>False only where there surely is none.</summary>
    /// <exception cref="IOException">That can't be known.</exception>
    internal bool Exists() => Look().There;

    /// <summary>True at the first look, and when the file is another, or has come or gone, since the last one.</summary>
    /// <exception cref="IOException">That can't be known; the next look is a first one.</exception>
    internal bool HasChanged()
    {
        var before = _mark;
        var known = _known;
        _known = false;
        _mark = Look();
        _known = true;
        return !known || !_mark.Is(before);
    }

    /// <summary>True if <see cref="HasChanged"/> would say so now, or could not tell. Never throws.</summary>
    internal bool IsAnother()
    {
        try
        {
            return !_known || !Look().Is(_mark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The whole text of the file that was looked at; null where there is none.</summary>
    /// <exception cref="Exception">It can't be read, is too long or is not UTF-8; the next look is a first one.</exception>
    internal string? Read(int longest) => _mark.There ? ReadText(longest) : null;

    // Apart, as the looks below: the runtime makes ready what a method names before it enters it, and a short run pays.
    string ReadText(int longest)
    {
        _known = false;
        using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
        if (file.Length > longest)
            throw new InvalidDataException("it has more than " + longest + " bytes");
        var bytes = new byte[file.Length];
        file.ReadExactly(bytes);
        var text = Strict.GetString(bytes);
        _known = true;
        return text;
    }

    FileMark Look() => OperatingSystem.IsLinux() ? Libc.MarkOf(_name ??= Libc.Name(_path), _path) : LookElsewhere();

    FileMark LookElsewhere()
    {
        // FileInfo.Attributes is -1 where there is none and throws where that can't be known; File.Exists hides the difference.
        var info = new FileInfo(_path);
        return (int)info.Attributes == -1
            ? default
            : new FileMark { There = true, Size = info.Length, Changed = info.LastWriteTimeUtc.Ticks, Node = info.CreationTimeUtc.Ticks };
    }
}

/// <summary>Tells one file from another at the same path. All zero: there is none.</summary>
struct FileMark
{
    internal bool There;
    internal long Node;
    internal long Size;
    internal long Changed;
    internal long Renamed;

    internal readonly bool Is(in FileMark other) => There == other.There && Node == other.Node && Size == other.Size
        && Changed == other.Changed && Renamed == other.Renamed;
}
