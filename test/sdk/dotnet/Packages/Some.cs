// SPDX-License-Identifier: MIT
namespace Tallymark.Package.Tests;

/// <summary>A small tool for tests of the package.</summary>
static class Some
{
    public const string Manifest = """
        tallymark: 1
        tool: greet
        version: 1
        purpose: to learn in which languages people are greeted
        recipient: the makers of greet
        endpoint: https://telemetry.example/v1/batches
        repository: https://example.org/greet
        contact: mailto:privacy@example.org
        retention: 30 days
        consent:
          default: on
          variables:
            - name: GREET_TELEMETRY_OFF
        notice:
          channel: setup
          more: docs/privacy.md
        fields:
          installation:
            type: installation
            why: To count installations once.
            example: 5f0c6b9c7e8d4a33f5d7a1be3c0c4a5e8f1f0e6a2d3b4c5d6e7f8091a2b3c4d5
            published: false
          version:
            type: version
            why: To see which versions are in use.
            example: 2.1.0
            published: false
        events:
          hello:
            why: To learn which languages are used.
            fields:
              language:
                type: enum
                values: [english, french]
                why: To know the language.
                example: english
                published: false
              names:
                type: count
                why: To know how many are greeted at once.
                example: 2
                published: false

        """;

    public const string Program = """
        using System;
        using greet;

        if (args is ["telemetry", .. var rest])
            return GreetTelemetry.Command(rest);
        if (args is ["fail", "politely"])
            AppDomain.CurrentDomain.UnhandledException += (_, _) => Environment.Exit(9);
        using var telemetry = GreetTelemetry.Start(args);
        return telemetry.Hello(run =>
        {
            try
            {
                run.Language = GreetTelemetry.HelloLanguage.French;
                if (args is ["fail", ..])
                    throw new InvalidOperationException("bang");
                Console.WriteLine("Bonjour " + string.Join(", ", args));
                return 7;
            }
            finally
            {
                run.Names = args.Length;
            }
        });
        """;
}
