// SPDX-License-Identifier: MIT

namespace Tallymark.Collector.Tests;

/// <summary>The real <c>tallymark</c> program, which is beside the tests: as a collector or as a command.</summary>
static class CollectorProgram
{
    public static readonly string[] Tallymark = ["dotnet", Path.Combine(AppContext.BaseDirectory, "tallymark.dll")];

    static readonly string[] Anywhere = ["--listen", "127.0.0.1:0"];

    // Settings of the host framework must make no difference.
    static readonly Dictionary<string, string> Environment = new(StringComparer.Ordinal)
    {
        ["Logging__LogLevel__Default"] = "Trace",
        ["ASPNETCORE_URLS"] = "http://127.0.0.1:1",
        ["ASPNETCORE_ENVIRONMENT"] = "Development",
    };

    /// <summary>Starts <c>tallymark serve</c> on a free port and waits until it answers.</summary>
    public static Task<ServeProcess> Serve(TempFolder folder, params string[] more) => ServeUnder([], folder, more);

    /// <summary>Does the same under a program that runs another one, such as strace.</summary>
    /// <param name="under">The program and its arguments.</param>
    /// <param name="folder">The folder with the manifests; gets the data.</param>
    /// <param name="more">Further options of <c>tallymark serve</c>.</param>
    public static Task<ServeProcess> ServeUnder(string[] under, TempFolder folder, params string[] more)
    {
        // A small country table: loading the real ones takes a second of processor time on each start.
        folder.Write("countries/some.csv",
            "9.9.9.0,9.9.9.255,UG\n2001:4db8::,2001:4db8:ffff:ffff:ffff:ffff:ffff:ffff,UG\n");
        return ServeProcess.Start(
            [.. under, .. Tallymark, "serve", "--data", folder["data"], "--manifests", folder["manifests"],
                "--countries", folder["countries"], .. more.Contains("--listen") ? [] : Anywhere, .. more],
            Environment, inherit: true);
    }

    /// <summary>Runs <c>tallymark</c> until it exits.</summary>
    public static Task<ProcessResult> Run(params string[] arguments) =>
        ProcessRun.Run(Tallymark[0], [.. Tallymark[1..], .. arguments], Environment, Path.GetTempPath(), inherit: true);
}
