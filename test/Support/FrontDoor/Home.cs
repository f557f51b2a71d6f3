// SPDX-License-Identifier: MIT

namespace Tallymark.FrontDoor;

/// <summary>The home folder of a user of kmpkg, which the bootstrap script sets up.</summary>
sealed class Home(string? endpoint = null, string? tool = null, string name = "")
    : ToolHome(SampleTool.Kmpkg, endpoint, tool, name)
{
    /// <summary>The folder of ports.</summary>
    public string Ports { get; set; } = Product.Ports;

    public string InstallRoot => Path.Combine(Folder, "installed");

    /// <summary>Runs the bootstrap script, which shows the notice and writes its receipt.</summary>
    public async Task SetUp()
    {
        var ended = await Bootstrap();
        Assert.True(ended.ExitCode == 0, ended.Errors);
    }

    /// <summary>Runs the bootstrap script on a tool that is already built.</summary>
    public Task<ProcessResult> Bootstrap(params string[] arguments) =>
        Product.Run(
            Product.Bootstrap, ["-skipBuild", "--to", Path.GetDirectoryName(Tool)!, .. arguments], Environment,
            TestContext.Current.CancellationToken);

    /// <summary>Runs kmpkg on this user's folders.</summary>
    public Task<ProcessResult> Kmpkg(params string[] arguments) => Run(Arguments(arguments));

    /// <summary>The arguments with the folders that a test's kmpkg works on.</summary>
    public string[] Arguments(params string[] arguments) =>
        [.. arguments, "--ports-root", Ports, "--install-root", InstallRoot];
}
