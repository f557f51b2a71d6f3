// SPDX-License-Identifier: MIT
// Hands out the member names of one C# type, so that no two are the same and none is one that C# or the SDK uses.

namespace Tallymark.Generator.Naming;

/// <summary>
/// First come, first served. A name that is taken gets <c>_</c> at its end, again until it is free; a name made from a
/// manifest has no <c>_</c> there by itself. Same manifest, same names.
/// </summary>
sealed class NameTable
{
    // What every class has from object, apart from what follows from a manifest.
    static readonly string[] OfObject =
        ["Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

    // What the generated tool class has in any case. TResult: a method can't be called like its type parameter.
    static readonly string[] OfTool =
    [
        "Start", "Dispose", "IsOn", "Current", "Command", "DisableOption", "ShowOption", "Notice", "FieldNames", "Definition",
        "MakeDropped", "Finish", "RunUploader", "RunUploaderIfAsked", "TResult", "NoticeToShow", "NoticeShown", "IAnyEvent",
    ];

    // The members of TelemetryEvent; a test holds this list and the class together.
    static readonly string[] OfEvent =
    [
        "Succeed", "Fail", "Complete", "Crash", "Failed", "Dispose",
        "SetBoolean", "SetBytes", "SetCount", "SetDigest", "SetDuration", "SetEnum", "SetExitCode", "SetListed",
        "SetRandomId", "SetSet", "SetStack", "SetUriScheme", "SetVersion",
    ];

    readonly HashSet<string> _taken;

    NameTable(string[] reserved, string typeName) =>
        _taken = new HashSet<string>([.. OfObject, .. reserved, typeName], StringComparer.Ordinal);

    /// <summary>The names of a tool's class.</summary>
    public static NameTable ForTool(string className) => new(OfTool, className);

    /// <summary>The names of an event's class.</summary>
    public static NameTable ForEvent(string className) => new(OfEvent, className);

    /// <summary>The names of an enum, in which <c>Other</c> is every value outside the list.</summary>
    public static NameTable ForEnum() => new(["Other"], "value__");

    /// <summary>Takes the name, or the first free one with <c>_</c> at its end.</summary>
    public string Take(string name)
    {
        while (!_taken.Add(name))
            name += "_";
        return name;
    }
}
