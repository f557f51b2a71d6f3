// SPDX-License-Identifier: MIT

namespace Tallymark.Collector;

/// <summary>An option of the operator names an address at which the collector can't listen.</summary>
/// <param name="option">The option.</param>
/// <param name="address">The address, as the operator writes it.</param>
/// <param name="reason">Why, and what to do: sentences.</param>
public sealed class ListenException(string option, string address, string reason)
    : IOException($"{option} {address}: {reason}")
{
    /// <summary>The option, such as <c>--listen</c>.</summary>
    public string Option => option;

    /// <summary>The address, as the operator writes it.</summary>
    public string Address => address;

    /// <summary>Why the collector can't listen there, and what to do.</summary>
    public string Reason => reason;
}
