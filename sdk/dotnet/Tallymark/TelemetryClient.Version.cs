// SPDX-License-Identifier: MIT
using System.ComponentModel;

namespace Tallymark;

/// <content>
/// The SDK's version, so that generated code can find out that it runs with another one than it was compiled with.
/// </content>
public sealed partial class TelemetryClient
{
    /// <summary>For generated code: the version it was compiled with, since the compiler copies a constant.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public const string CompiledVersion = Version;

    /// <summary>For generated code: the version that runs.</summary>
    [EditorBrowsable(EditorBrowsableState.Never)]
    public static string LoadedVersion => Version;
}
