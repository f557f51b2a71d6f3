// SPDX-License-Identifier: MIT
namespace Tallymark.Testing;

/// <summary>
/// The recorded events and the manifest do not match; the message lists the differences, one a line. Every test
/// framework treats it as a failure.
/// </summary>
public sealed class TelemetryAssertionException : Exception
{
    /// <summary>Creates an exception with that message.</summary>
    public TelemetryAssertionException(string message)
        : base(message)
    {
    }
}
