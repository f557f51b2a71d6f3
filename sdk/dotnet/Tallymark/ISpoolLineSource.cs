// SPDX-License-Identifier: MIT
namespace Tallymark;

/// <summary>
/// One event with its values, ready to be written to the spool. <see cref="EventValues"/> is the one that a tool's own
/// code fills; <c>DroppedReport</c> has another, and <c>PageRecord</c> is the one of a web page. A source only gives
/// values: <see cref="SpoolLine"/> decides which of them the line contains. Called under the client's lock.
/// </summary>
interface ISpoolLineSource
{
    /// <summary>The event and its fields.</summary>
    EventDefinition Shape { get; }

    /// <summary>When the event began, UTC.</summary>
    DateTime Began { get; }

    /// <summary><c>success</c>, <c>failure</c> or <c>unknown</c>.</summary>
    string Status { get; }

    /// <summary>
    /// Adds the JSON value of one field, in the form that <c>spec/manifest.md</c> gives for its type (use
    /// <see cref="Values"/>). False if the field has no value; what was added is then removed.
    /// </summary>
    bool AddValue(LineBuffer line, int slot, BuiltInFields builtIn, Installation installation);
}
