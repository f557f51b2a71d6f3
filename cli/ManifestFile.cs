// SPDX-License-Identifier: MIT
// A manifest named on the command line, read and checked.

using System.Text;

namespace Tallymark.Cli;

static class ManifestFile
{
    /// <summary>Exit code where a file can't be read at all.</summary>
    public const int Unreadable = 2;

    /// <summary>Prints what is made from a manifest; its errors instead, if it has any. The exit code.</summary>
    public static int Print(string path, string command, Func<ToolManifest, string> make)
    {
        if (Read(path, command) is not { } result)
            return Unreadable;
        if (result.Manifest is not { } manifest)
        {
            foreach (var finding in result.Diagnostics)
                Console.Error.WriteLine(finding.Format(path));
            return 1;
        }

        // Bytes, since these documents are UTF-8 whatever the terminal says it is.
        using var output = Console.OpenStandardOutput();
        output.Write(Encoding.UTF8.GetBytes(make(manifest)));
        return 0;
    }

    /// <summary>Reads and checks a file; null if it can't be read, which was then said on standard error.</summary>
    public static ManifestResult? Read(string path, string command)
    {
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return ManifestReader.Read(File.ReadAllText(path, strict));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark {command}: {path} can't be read: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            Console.Error.WriteLine($"tallymark {command}: {path} is not UTF-8; save it as UTF-8.");
        }

        return null;
    }
}
