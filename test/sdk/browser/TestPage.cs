// SPDX-License-Identifier: MIT

namespace Tallymark.Sdk.Browser.Tests;

/// <summary>The texts of the test server's pages.</summary>
static class TestPage
{
    /// <summary>A page with one button, the banner and the toggle.</summary>
    public const string Simple =
        """
        <tallymark-banner></tallymark-banner>
        <h1>Prompts</h1>
        <button data-tally="mlflow.prompts.list.create">Create prompt</button>
        <a href="plain" data-tally="mlflow.prompts.list.leave">Leave</a>
        <section><h2>Settings</h2><tallymark-toggle></tallymark-toggle></section>
        """;

    /// <summary>A page whose only content is a frame without an origin.</summary>
    public const string Framed = """<h1>Frame</h1><iframe title="Framed" src="frame" sandbox="allow-scripts"></iframe>""";

    public const string Css =
        """
        :root { color-scheme: light dark; }
        body {
          margin: 0 auto; padding: 2rem 1rem; max-width: 60rem; font: 1rem/1.5 "DejaVu Sans", system-ui, sans-serif;
          color: light-dark(#1b2025, #e6e8ea); background: light-dark(#fcfcfa, #14171a);
        }
        .far { margin-top: 3000px; }
        .closed { opacity: 0; }
        """;

    public static string SandboxedFrame => Html(Simple);

    public static string Html(string body) =>
        $"""
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width">
        <title>Tracker</title>
        <link rel="stylesheet" href="page.css">
        <script type="module" src="tallymark/elements.js"></script>
        <script type="module" src="page.js"></script>
        </head>
        <body><main>
        {body}
        </main></body>
        </html>
        """;
}
