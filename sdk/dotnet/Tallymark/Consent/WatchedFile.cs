// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Consent;

/// <summary>
/// A small file that may say "off": checked for each event, read again only when it has changed. A missing file and an
/// unreadable file are different. Not thread-safe. Cost of a check: one system call and, on Linux, no memory.
/// </summary>
sealed class WatchedFile
{
    static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    readonly string _path;
    readonly bool _ofAnyone;
    byte[]? _name;
    FileMark _mark;
    bool _known;

    /// <param name="path">The file.</param>
    /// <param name="ofAnyone">True for a file of the machine; otherwise only this user's file is read.</param>
    internal WatchedFile(string path, bool ofAnyone = false) => (_path, _ofAnyone) = (path, ofAnyone);

    /// <summary>False only if the file certainly does not exist.</summary>
    /// <exception cref="IOException">The file's existence cannot be checked.</exception>
    internal bool Exists() => Stat().Exists;

    /// <summary>
    /// Checks the file. True at the first check, and if the file was created, changed or deleted since the last one.
    /// </summary>
    /// <exception cref="IOException">The file cannot be checked; the next check counts as the first.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal bool HasChanged()
    {
        var before = _mark;
        var known = _known;
        _known = false;
        _mark = Stat();
        _known = true;
        return !known || !_mark.Matches(before);
    }

    /// <summary>
    /// True if <see cref="HasChanged"/> would return true or throw now. Never throws, and does not count as a check.
    /// </summary>
    internal bool IsStale()
    {
        try
        {
            return !_known || !Stat().Matches(_mark);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }
    }

    /// <summary>The whole text of the file that was checked; null if it does not exist.</summary>
    /// <exception cref="Exception">
    /// The file cannot be read, is too long or is not UTF-8; the next check counts as the first.
    /// </exception>
    internal string? Read(int maxBytes) => _mark.Exists ? ReadText(maxBytes) : null;

    // Separate methods here and below: the JIT resolves everything a method references before running it, and each
    // short run would pay for that.
    string ReadText(int maxBytes)
    {
        _known = false;
        var text = Strict.GetString(RawFile.ReadAll(_path, maxBytes, _ofAnyone) ?? throw NotAFile());
        _known = true;
        return text;
    }

    // It was there when it was checked.
    IOException NotAFile() => new(_path + ": a folder, or just removed");

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    FileMark Stat() =>
        OperatingSystem.IsLinux() ? Libc.MarkOf(_name ??= Libc.ToNative(_path), _path) : StatElsewhere();

    FileMark StatElsewhere()
    {
        // FileInfo.Attributes is -1 for a missing file and throws if that cannot be checked; File.Exists returns false
        // for both.
        var info = new FileInfo(_path);
        return (int)info.Attributes == -1
            ? default
            : new FileMark
            {
                Exists = true,
                Size = info.Length,
                Changed = info.LastWriteTimeUtc.Ticks,
                Node = info.CreationTimeUtc.Ticks,
            };
    }
}

/// <summary>Identifies one version of the file at a path. All zero: the file does not exist.</summary>
struct FileMark
{
    internal bool Exists;
    internal long Node;
    internal long Size;
    internal long Changed;
    internal long Renamed;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal readonly bool Matches(in FileMark other) => Exists == other.Exists && Node == other.Node
        && Size == other.Size && Changed == other.Changed && Renamed == other.Renamed;
}
