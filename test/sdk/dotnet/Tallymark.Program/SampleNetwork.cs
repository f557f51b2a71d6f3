// SPDX-License-Identifier: MIT
namespace Tallymark.Tests.Program;

/// <summary>
/// The sample tool's network: a variable of this test program, not of the SDK, says where connections to the endpoint
/// lead. A released tool has nothing like it; its tests use a proxy.
/// </summary>
public static class SampleNetwork
{
    public const string Variable = "SAMPLE_COLLECTOR";

    internal static void Connect()
    {
        if (Environment.GetEnvironmentVariable(Variable) is { } collector)
            SdkEnvironment.Real.Network = _ => new Uri(collector);
    }
}
