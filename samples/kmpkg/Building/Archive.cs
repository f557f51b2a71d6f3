// SPDX-License-Identifier: MIT
// Writes library files in the common `ar` format, the same bytes for the same content on every machine.

using System.Text;

namespace Kmpkg.Building;

/// <summary>Writes archives: <c>!&lt;arch&gt;</c>, then each file behind a header of 60 characters, on even offsets.</summary>
static class Archive
{
    /// <summary>Writes one. Owner, time and rights are zero or fixed, so that only names and contents count.</summary>
    public static void Write(string target, IEnumerable<string> sources)
    {
        using var archive = new FileStream(target, FileMode.CreateNew);
        archive.Write("!<arch>\n"u8);
        foreach (var source in sources)
        {
            var content = File.ReadAllBytes(source);
            // Names of at most 15 characters stand in the header itself; longer ones before the content, as BSD does it.
            var name = Encoding.UTF8.GetBytes(Path.GetFileName(source));
            var isShort = name.Length <= 15;
            var label = isShort ? Path.GetFileName(source) + "/" : $"#1/{name.Length}";
            var size = content.Length + (isShort ? 0 : name.Length);
            archive.Write(Encoding.ASCII.GetBytes($"{label,-16}{0,-12}{0,-6}{0,-6}{"100644",-8}{size,-10}`\n"));
            if (!isShort) archive.Write(name);
            archive.Write(content);
            if (size % 2 == 1) archive.WriteByte((byte)'\n');
        }
    }
}
