// SPDX-License-Identifier: MIT
namespace Mlflow;

/// <summary>A request that a store could not fulfil. The message says why.</summary>
public sealed class MlflowException : Exception
{
    /// <summary>An exception with this message.</summary>
    public MlflowException(string message)
        : base(message)
    {
    }

    /// <summary>An exception with this message and its cause.</summary>
    public MlflowException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>An exception without a message.</summary>
    public MlflowException()
    {
    }
}
