// SPDX-License-Identifier: MIT


namespace Tallymark.Generator.Model;

/// <summary>
/// The generated class of one tool, with all C# names decided. Plain values without symbols that compare by content.
/// </summary>
sealed record ToolModel
{
    public required string Tool { get; init; }
    public required string ClassName { get; init; }
    public required string Title { get; init; }
    /// <summary>The words that users type before <c>telemetry</c>.</summary>
    public required string Command { get; init; }

    public required string Purpose { get; init; }
    public required string Recipient { get; init; }
    public required string Endpoint { get; init; }

    /// <summary>The name of the tool's data folder on the user's machine.</summary>
    public required string Folder { get; init; }

    /// <summary>The distributor of this build; null: not set.</summary>
    public required string? Distributor { get; init; }

    public required int Manifest { get; init; }
    public required string Notice { get; init; }
    /// <summary>The scope's text; a list that many fields use is in <see cref="ScopeLists"/>.</summary>
    public required string Scope { get; init; }

    /// <summary>Lists of values, each once (<see cref="CompactScope"/>). Usually empty.</summary>
    public required EquatableArray<string> ScopeLists { get; init; }

    public required string ScopeId { get; init; }

    /// <summary>The descriptions of all fields for the command `show`.</summary>
    public required string FieldTexts { get; init; }

    /// <summary>The members of the SDK's <c>NoticeChannels</c>.</summary>
    public required EquatableArray<string> Channels { get; init; }
    /// <summary>True if a web page is one of the channels.</summary>
    public bool IsShownOnPage => Channels.Any(channel => channel == nameof(NoticeChannel.Page));

    public required bool DefaultOn { get; init; }
    public required TimePrecision Time { get; init; }
    public required IdentityRotation Rotation { get; init; }
    public required EquatableArray<VariableModel> Variables { get; init; }
    public required string? Option { get; init; }
    public required string? ShowOption { get; init; }
    public required string? Marker { get; init; }

    /// <summary>The pre-release labels that the tool's version may have.</summary>
    public required EquatableArray<string> Prerelease { get; init; }

    /// <summary>Every distinct value list, once.</summary>
    public required EquatableArray<ListModel> Lists { get; init; }

    /// <summary>An enum for each field that lists its own values.</summary>
    public required EquatableArray<EnumModel> Enums { get; init; }

    /// <summary>The events that the program records.</summary>
    public required EquatableArray<EventModel> Events { get; init; }

    /// <summary>The fields that the program sets in every event.</summary>
    public required EquatableArray<FieldModel> Common { get; init; }

    /// <summary>An interface for each group with a field that the program sets.</summary>
    public required EquatableArray<GroupModel> Groups { get; init; }

    /// <summary>The event in which the SDK counts dropped events; null: none. It has no C# names.</summary>
    public required EventModel? Dropped { get; init; }

    /// <summary>The event of the tool's web pages; null: none.</summary>
    public required PageModel? Page { get; init; }
}

/// <summary>An environment variable that switches telemetry off.</summary>
sealed record VariableModel(string Name, bool Present);

/// <summary>A value list as one UTF-8 constant: LF, then each value with its LF.</summary>
/// <param name="Member">The name of the generated property.</param>
/// <param name="Text">The values.</param>
sealed record ListModel(string Member, string Text);

/// <summary>A generated enum; a member's number is the index of its value in the list.</summary>
/// <param name="Name">The name of the enum.</param>
/// <param name="Parser">The name of the method that converts a text.</param>
/// <param name="Field">The field's name in the manifest.</param>
/// <param name="Why">Why it is collected.</param>
/// <param name="Members">The members, in the order of the list.</param>
sealed record EnumModel(string Name, string Parser, string Field, string Why, EquatableArray<EnumMember> Members);

/// <summary>The interface of a group: the fields that the program sets in every event with that group.</summary>
/// <param name="Name">The group's name in the manifest.</param>
/// <param name="Interface">The name of the interface.</param>
/// <param name="Fields">Its fields.</param>
/// <param name="Events">The names of the events that implement it.</param>
sealed record GroupModel(
    string Name, string Interface, EquatableArray<FieldModel> Fields, EquatableArray<string> Events);

/// <summary>One member of an enum and the value that it represents.</summary>
sealed record EnumMember(string Name, string Value);

/// <summary>One event: a class, and the methods that create it.</summary>
sealed record EventModel(string Name, string Method, string Class, string Why, EquatableArray<FieldModel> Fields);

/// <summary>
/// The event of the tool's web pages. Its class has members only for the common fields that the program sets.
/// </summary>
/// <param name="Event">The event, without a method.</param>
/// <param name="ComponentIds">The <see cref="ListModel.Member"/> of the component ids.</param>
/// <param name="EventTypes">That of the interactions.</param>
/// <param name="ComponentTypes">That of the component types.</param>
/// <param name="Notice">The text of the notice for pages.</param>
/// <param name="More">The URL to read more; null if the manifest names a path.</param>
/// <param name="Contact">The URL to report a suspected leak.</param>
sealed record PageModel(
    EventModel Event, string ComponentIds, string EventTypes, string ComponentTypes, string Notice, string? More,
    string Contact)
{
    /// <summary>True if the program sets common fields, so that it can set them for the page's events too.</summary>
    public bool HasCommon => Event.Fields.Any(f => f.Member is not null);
}

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

    /// <summary>The property; null if the program does not set the value.</summary>
    public required string? Member { get; init; }

    /// <summary>The generated enum of <see cref="Member"/>; null if its type is not an enum.</summary>
    public required string? Enum { get; init; }

    /// <summary>The <see cref="ListModel.Member"/> of its values or labels; null if it has none.</summary>
    public required string? List { get; init; }

    /// <summary>The shared list's name in the manifest; null if the field lists its own values.</summary>
    public required string? ListName { get; init; }

    public required EquatableArray<string> Values { get; init; }
    public required EquatableArray<long> Buckets { get; init; }
}
