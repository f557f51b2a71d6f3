// SPDX-License-Identifier: MIT

using System.CommandLine;

namespace Tallymark.Cli;

/// <summary><c>tallymark check</c>: reports errors in manifests, with their places and corrections.</summary>
static class CheckCommand
{
    public static Command Create()
    {
        var files = new Argument<string[]>("FILE")
        {
            Arity = ArgumentArity.OneOrMore,
            Description = "Manifests to check (telemetry.yaml).",
        };
        var against = new Option<string>("--against")
        {
            HelpName = "OLD",
            Description = "The manifest of the last release. A manifest that differs needs a later version, and " +
                "a field keeps its type.",
        };
        var json = new Option<bool>("--json") { Description = "Write the findings as one JSON object." };
        var command = new Command(
            "check",
            "Check manifests. Each finding is one line: path(line,column): error TALLY0004: what is wrong and what " +
            "to write. A warning that the manifest acknowledges ends with (acknowledged). Exit codes: 0 no errors, " +
            "but possibly warnings; 1 errors; 2 a file could not be read.")
        {
            files, against, json,
        };
        command.SetAction(result => Run(
            result.GetRequiredValue(files), result.GetValue(against), result.GetValue(json)));
        return command;
    }

    static int Run(string[] paths, string? against, bool json)
    {
        string? released = null;
        if (against is not null)
        {
            released = ManifestFile.ReadText(against, "check");
            if (released is null)
                return ManifestFile.Unreadable;
            if (ManifestReader.Read(released) is { Manifest: null } wrong)
                return ManifestFile.PrintErrors(wrong, against);
        }

        var findings = new List<(string Path, ManifestDiagnostic Finding)>();
        var unreadable = false;
        foreach (var path in paths)
        {
            if (ManifestFile.ReadText(path, "check") is not { } text)
            {
                unreadable = true;
                continue;
            }

            var result = ManifestReader.Read(text);
            findings.AddRange(result.Diagnostics.Select(d => (path, d)));
            if (released is not null && result.Manifest is { } manifest)
                findings.AddRange(VersionCheck.Check(released, text, manifest).Select(finding => (path, finding)));
        }

        if (json)
            WriteJson(findings);
        else
            WriteText(findings);
        if (unreadable)
            return ManifestFile.Unreadable;
        return findings.Any(f => f.Finding.Severity == ManifestSeverity.Error) ? 1 : 0;
    }

    static void WriteText(List<(string Path, ManifestDiagnostic Finding)> findings)
    {
        foreach (var (path, finding) in findings)
            Console.Out.WriteLine(finding.Format(path));
    }

    static void WriteJson(List<(string Path, ManifestDiagnostic Finding)> findings) => ConsoleJson.WriteObject(json =>
    {
        json.WriteNumber("tallymark", 1);
        json.WriteStartArray("findings");
        foreach (var (path, finding) in findings)
        {
            json.WriteStartObject();
            json.WriteString("path", path);
            json.WriteNumber("line", finding.Line);
            json.WriteNumber("column", finding.Column);
            json.WriteString("severity", ManifestDiagnostic.NameOf(finding.Severity));
            json.WriteString("id", finding.Id);
            if (finding.IsAcknowledged)
                json.WriteBoolean("acknowledged", true);
            json.WriteString("message", finding.Message);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    });
}
