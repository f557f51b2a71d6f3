// SPDX-License-Identifier: MIT

namespace Tallymark.Publish;

/// <summary>Nothing was released. The message says what is wrong, where, and what to do.</summary>
public sealed class PublishException : Exception
{
    /// <summary>Creates one.</summary>
    public PublishException(string message, Exception? inner = null) : base(message, inner) { }
}
