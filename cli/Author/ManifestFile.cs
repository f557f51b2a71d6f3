// SPDX-License-Identifier: MIT

using System.Text;

namespace Tallymark.Cli;

/// <summary>Reads and checks a manifest named on the command line.</summary>
static class ManifestFile
{
    /// <summary>The exit code if a file can't be read.</summary>
    public const int Unreadable = 2;

    /// <summary>Prints a document made from a manifest, or the manifest's errors. Returns the exit code.</summary>
    public static int Print(string path, string command, Func<ToolManifest, string> render)
    {
        if (Read(path, command) is not { } result)
            return Unreadable;
        if (result.Manifest is not { } manifest)
            return PrintErrors(result, path);
        PrintText(render(manifest));
        return 0;
    }

    /// <summary>Prints the findings of a manifest with errors. Returns the exit code.</summary>
    public static int PrintErrors(ManifestResult result, string path)
    {
        foreach (var finding in result.Diagnostics)
            Console.Error.WriteLine(finding.Format(path));
        return 1;
    }

    /// <summary>
    /// Prints a document as bytes, because these documents are UTF-8 whatever the terminal's encoding is.
    /// </summary>
    public static void PrintText(string text)
    {
        using var output = StandardStreams.OpenOutput();
        output.Write(Encoding.UTF8.GetBytes(text));
    }

    /// <summary>Reads and checks a file; null if it can't be read, after a message on standard error.</summary>
    public static ManifestResult? Read(string path, string command) =>
        ReadText(path, command) is { } text ? ManifestReader.Read(text) : null;

    /// <summary>Reads a file; null if it can't be read, after a message on standard error.</summary>
    public static string? ReadText(string path, string command)
    {
        try
        {
            var strict = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);
            return File.ReadAllText(path, strict);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"tallymark {command}: {path} can't be read: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            Console.Error.WriteLine($"tallymark {command}: {path} is not UTF-8. Save it as UTF-8.");
        }

        return null;
    }
}
