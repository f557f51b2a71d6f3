// SPDX-License-Identifier: MIT
// A refusal to publish, worded for the person who asked.

namespace Tallymark.Publish;

/// <summary>Nothing was released; the message says what is wrong, where, and what to do.</summary>
public sealed class PublishException : Exception
{
    /// <summary>Makes one.</summary>
    public PublishException(string message, Exception? inner = null) : base(message, inner) { }
}
