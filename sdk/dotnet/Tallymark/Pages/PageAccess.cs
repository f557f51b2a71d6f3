// SPDX-License-Identifier: MIT
namespace Tallymark.Pages;

/// <summary>The most that a web page may do now. The server's consent is the ceiling.</summary>
enum PageAccess : byte
{
    /// <summary>Nothing: a consent source or the recipient's settings say off, or nothing can be kept here.</summary>
    Off,

    /// <summary>
    /// Nothing at this moment, though no person refused: the tool has ended its telemetry, or a record could not be
    /// written.
    /// </summary>
    Unavailable,

    /// <summary>Nothing today: all pages together have recorded as much as a day allows.</summary>
    Spent,

    /// <summary>Nothing: the recipient's endpoint was given up.</summary>
    Unreachable,

    /// <summary>Show the notice: the server's user has seen none yet, and a page is one of its channels.</summary>
    NotSeen,

    /// <summary>Record, on devices whose person has seen the notice there.</summary>
    On,
}
