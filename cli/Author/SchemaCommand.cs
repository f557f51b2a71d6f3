// SPDX-License-Identifier: MIT

using System.CommandLine;
using System.Text;

namespace Tallymark.Cli;

/// <summary><c>tallymark schema</c>: the JSON schema of a manifest, for editors.</summary>
static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command(
            "schema",
            "Print the JSON schema of telemetry.yaml, with which editors complete a manifest. Save it beside the " +
            "manifest, and start the manifest with the line " +
            "`# yaml-language-server: $schema=FILE`. `check` finds more mistakes than the schema. Exit code: 0.");
        command.SetAction(_ =>
        {
            ManifestFile.PrintText(Text());
            return 0;
        });
        return command;
    }

    static string Text()
    {
        using var schema = typeof(SchemaCommand).Assembly.GetManifestResourceStream("manifest.schema.json")!;
        using var reader = new StreamReader(schema, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}
