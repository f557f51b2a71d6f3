// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// One event with its values, ready to be written to the spool. <see cref="EventValues"/> is the one that a tool's own
/// code fills; <c>DroppedReport</c> has another, and <c>PageRecord</c> is the one of a web page. A source only gives
/// values: <see cref="SpoolLine"/> decides which of them the line contains. Called under the client's lock. A class and
/// not an interface, with fields: a short run would prepare each call through an interface.
/// </summary>
/// <param name="shape">The event and its fields.</param>
abstract class SpoolLineSource(EventDefinition shape)
{
    /// <summary>The event and its fields.</summary>
    internal readonly EventDefinition Shape = shape;

    /// <summary>When the event began, UTC.</summary>
    internal DateTime Began;

    /// <summary><c>success</c>, <c>failure</c> or <c>unknown</c>.</summary>
    internal string Status = "unknown";

    /// <summary>
    /// Adds the JSON value of one field, in the form that <c>spec/manifest.md</c> gives for its type (use
    /// <see cref="Values"/>). False if the field has no value; what was added is then removed.
    /// </summary>
    internal abstract bool AddValue(LineBuffer line, int slot, BuiltInFields builtIn, Installation installation);
}
