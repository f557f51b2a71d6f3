// SPDX-License-Identifier: MIT
// An assertion about recorded events that does not hold; every test framework takes it as a failure.

namespace Tallymark.Testing;

/// <summary>What was recorded is not what the manifest declares, or the other way round; the message lists it, one a line.</summary>
public sealed class TelemetryAssertionException : Exception
{
    /// <summary>Makes one with a message.</summary>
    public TelemetryAssertionException(string message)
        : base(message)
    {
    }
}
