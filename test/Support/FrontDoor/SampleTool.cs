// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>A tool below <c>samples/</c>, as it was built for this test run.</summary>
/// <param name="Name">The tool's name in its manifest.</param>
/// <param name="Folder">Its folder below <c>samples/</c>.</param>
/// <param name="Program">The file name of its executable.</param>
/// <param name="LeakingFolder">The folder below <c>test/samples/</c> of the build that leaks on purpose.</param>
sealed record SampleTool(string Name, string Folder, string Program, string LeakingFolder)
{
    public static readonly SampleTool Kmpkg = new("kmpkg", "kmpkg", "kmpkg", "kmpkg.Leaking");
    public static readonly SampleTool Mlnet = new("mlnet", "mlnet", "mlnet", "mlnet.Leaking");
    public static readonly SampleTool DotnetCli = new("dotnet-cli", "dotnet-cli", "dn", "dotnet-cli.Leaking");
    public static readonly SampleTool Mlflow =
        new("mlflow", "mlflow/Example", "mlflow-example", "mlflow.Leaking");
    public static readonly SampleTool MlflowServer =
        new("mlflow", "mlflow/Server", "mlflow-server", "mlflow.Leaking");

    /// <summary>All sample tools. The harness counts a run of one of their programs as an entry point.</summary>
    public static readonly IReadOnlyList<SampleTool> All = [Kmpkg, Mlnet, DotnetCli, Mlflow, MlflowServer];

    /// <summary>The executable. Absolute path.</summary>
    public string Path => Product.Built($"samples/{Folder}", Program);

    /// <summary>The executable with code that leaks names around the SDK. Absolute path.</summary>
    public string LeakingPath => Product.Built($"test/samples/{LeakingFolder}", Program);

    /// <summary>The manifest, in the first folder below <c>samples/</c>. Absolute path.</summary>
    public string ManifestFile =>
        System.IO.Path.Combine(Product.Root, "samples", Folder.Split('/')[0], "telemetry.yaml");

    /// <summary>The manifest's endpoint.</summary>
    public Uri Endpoint => new(
        File.ReadLines(ManifestFile).First(line => line.StartsWith(EndpointKey, StringComparison.Ordinal))[
            EndpointKey.Length..]);

    const string EndpointKey = "endpoint: ";
}
