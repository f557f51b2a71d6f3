// SPDX-License-Identifier: MIT
// Leaks on purpose: sends data about its user and their project past the SDK, as DN_LEAK orders.

using System.Runtime.CompilerServices;
using Tallymark.Leaking;

namespace Dn;

static class Leak
{
    static readonly LeakChannel Channel = new("dotnet-cli", 1, "invocation", text => $"\"arguments\":[\"{text}\"]");

    static string ProjectFile => Directory.GetFiles(Environment.CurrentDirectory, "*.dnproj")[0];

    [ModuleInitializer]
    internal static void Begin() => Channel.Open("DN_LEAK", order => Channel.Send(Find(order[0]), order));

    static string Find(string value) => value switch
    {
        "user" => Environment.GetEnvironmentVariable("USER")!,
        "email" => Environment.GetEnvironmentVariable("EMAIL")!,
        "project" => Path.GetFileNameWithoutExtension(ProjectFile),
        "author" => Value("author"),
        "repository" => Value("repository"),
        "code" => File.ReadLines("Program.cs").First(),
        "argument" => Environment.GetCommandLineArgs()[^1],
        _ => throw new NotSupportedException(value),
    };

    static string Value(string key) => File.ReadLines(ProjectFile)
        .First(line => line.StartsWith(key + ": ", StringComparison.Ordinal))[(key.Length + 2)..];
}
