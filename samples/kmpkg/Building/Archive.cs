// SPDX-License-Identifier: MIT
using System.Text;

namespace Kmpkg.Building;

/// <summary>
/// Writes library files in the common <c>ar</c> format: <c>!&lt;arch&gt;</c>, then each file after a header of 60
/// characters, at even offsets. The same content gives the same bytes on every machine.
/// </summary>
static class Archive
{
    /// <summary>Writes one archive. Owner, time and mode are constants, so only names and contents matter.</summary>
    public static void Write(string target, IEnumerable<string> sources)
    {
        using var archive = new FileStream(target, FileMode.CreateNew);
        archive.Write("!<arch>\n"u8);
        foreach (var source in sources)
        {
            var content = File.ReadAllBytes(source);
            // Names of at most 15 characters are in the header; longer ones precede the content, as in BSD's format.
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
