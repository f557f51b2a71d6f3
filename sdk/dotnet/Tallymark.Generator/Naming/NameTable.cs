// SPDX-License-Identifier: MIT

namespace Tallymark.Generator.Naming;

/// <summary>
/// Assigns the member names of one C# type, so that no two are equal and none is a name that C# or the SDK uses. A name
/// that is taken gets a <c>_</c> at its end, repeated until it is free; <see cref="Identifier"/> never ends a name in
/// <c>_</c>. The same manifest always produces the same names.
/// </summary>
sealed class NameTable
{
    // The members of object.
    static readonly string[] OfObject =
        ["Equals", "Finalize", "GetHashCode", "GetType", "MemberwiseClone", "ReferenceEquals", "ToString"];

    // The fixed members of the generated tool class. TResult: a method can't have the name of its type parameter.
    static readonly string[] OfTool =
    [
        "Start", "Dispose", "IsOn", "Current", "Command", "DisableOption", "ShowOption", "Notice", "FieldNames",
        "Definition", "MakeDropped", "Finish", "RunUploader", "RunUploaderIfAsked", "TResult", "NoticeToShow",
        "NoticeShown", "IAnyEvent", "AnswerPage", "PageFields", "Page", "MakePage", "MakePageEvent",
        "MakeScopeLists", "StartClient", "RunCommand", "RunHost", "MakeDescriptions", "MakeDescriptionText",
        "CheckMembers", "RunUploaderWithSdk", "AnswerOff", "AnswerWithSdk", "AnswerPageWithSdk",
    ];

    // The members of TelemetryEvent; a test compares this list with the class.
    static readonly string[] OfEvent =
    [
        "Succeed", "Fail", "Complete", "Crash", "Failed", "Dispose",
        "SetBoolean", "SetBytes", "SetCount", "SetDigest", "SetDuration", "SetEnum", "SetExitCode", "SetListed",
        "SetRandomId", "SetSet", "SetStack", "SetUriScheme", "SetVersion",
    ];

    // The fixed members of a generated event class.
    static readonly string[] OfGeneratedEvent = ["Begin", "Inert", "InertEvent", "CheckMembers"];

    readonly HashSet<string> _taken;

    NameTable(string[] reserved, string typeName) =>
        _taken = new HashSet<string>([.. OfObject, .. reserved, typeName], StringComparer.Ordinal);

    /// <summary>The names of a tool's class.</summary>
    public static NameTable ForTool(string className) => new(OfTool, className);

    /// <summary>The names of an event's class.</summary>
    public static NameTable ForEvent(string className) => new([.. OfEvent, .. OfGeneratedEvent], className);

    /// <summary>The names of an enum, in which <c>Other</c> represents every value outside the list.</summary>
    public static NameTable ForEnum() => new(["Other"], "value__");

    /// <summary>Reserves and returns the name, or the first free one with <c>_</c> at its end.</summary>
    public string Take(string name)
    {
        while (!_taken.Add(name))
            name += "_";
        return name;
    }
}
