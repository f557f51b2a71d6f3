// SPDX-License-Identifier: MIT
// What is generated for one manifest, with all C# names decided: plain values that compare by content.

using Tallymark.Manifests;

namespace Tallymark.Generator.Model;

/// <summary>One tool: the generated class.</summary>
sealed record ToolModel
{
    public required string Tool { get; init; }
    public required string ClassName { get; init; }
    public required string Title { get; init; }
    public required string Purpose { get; init; }
    public required string Recipient { get; init; }
    public required string Endpoint { get; init; }

    /// <summary>The name of the folder with its data on the user's machine.</summary>
    public required string Folder { get; init; }

    /// <summary>Who distributes this build; null: it is not said.</summary>
    public required string? Distributor { get; init; }

    public required int Manifest { get; init; }
    public required string Notice { get; init; }
    public required string Scope { get; init; }
    public required string ScopeId { get; init; }

    /// <summary>What the command `show` tells of every field.</summary>
    public required string FieldTexts { get; init; }

    public required NoticeChannel Channel { get; init; }
    public required bool DefaultOn { get; init; }
    public required TimePrecision Time { get; init; }
    public required EquatableArray<VariableModel> Variables { get; init; }
    public required string? Option { get; init; }
    public required string? ShowOption { get; init; }
    public required string? Marker { get; init; }

    /// <summary>The pre-release labels that the tool's own version may carry.</summary>
    public required EquatableArray<string> Prerelease { get; init; }

    /// <summary>Every distinct value list, once.</summary>
    public required EquatableArray<ListModel> Lists { get; init; }

    /// <summary>An enum for each field whose values stand in the field itself.</summary>
    public required EquatableArray<EnumModel> Enums { get; init; }

    /// <summary>The events that the program begins.</summary>
    public required EquatableArray<EventModel> Events { get; init; }

    /// <summary>The fields that the program fills in every event.</summary>
    public required EquatableArray<FieldModel> Common { get; init; }

    /// <summary>The event in which the SDK says how many events were dropped; null: none. It has no names in C#.</summary>
    public required EventModel? Dropped { get; init; }
}

/// <summary>An environment variable that switches telemetry off.</summary>
sealed record VariableModel(string Name, bool Present);

/// <summary>A value list as one UTF-8 constant: LF, then each value with its LF.</summary>
/// <param name="Member">The name of the generated property.</param>
/// <param name="Text">The values.</param>
sealed record ListModel(string Member, string Text);

/// <summary>A generated enum; a member's number is its value's place in the list.</summary>
sealed record EnumModel(string Name, string Field, string Why, EquatableArray<EnumMember> Members);

/// <summary>One member of an enum and the value that it stands for.</summary>
sealed record EnumMember(string Name, string Value);

/// <summary>One event: a class, and the methods that make it.</summary>
sealed record EventModel(string Name, string Method, string Class, string Why, EquatableArray<FieldModel> Fields);

/// <summary>One field of one event.</summary>
sealed record FieldModel
{
    public required string Name { get; init; }
    public required FieldType Type { get; init; }
    public required FieldSource Source { get; init; }

    /// <summary>The member of the SDK's <c>FieldKind</c>.</summary>
    public required string Kind { get; init; }

    public required bool ToolSalt { get; init; }
    public required string Why { get; init; }
    public required string Example { get; init; }
    public required bool Published { get; init; }
    public required string? Until { get; init; }

    /// <summary>The property; null where the program has nothing to fill in.</summary>
    public required string? Member { get; init; }

    /// <summary>The generated enum of <see cref="Member"/>; null if it is none.</summary>
    public required string? Enum { get; init; }

    /// <summary>The <see cref="ListModel.Member"/> of its values or labels; null if it has none.</summary>
    public required string? List { get; init; }

    /// <summary>The shared list's name in the manifest; null if the values stand in the field.</summary>
    public required string? ListName { get; init; }

    public required EquatableArray<string> Values { get; init; }
    public required EquatableArray<long> Buckets { get; init; }
}
