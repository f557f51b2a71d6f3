// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Diagnostics.CodeAnalysis;

namespace Tallymark;

/// <summary>
/// The manifest's answers about one tool. Generated code makes one and keeps it. Immutable, thread-safe.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class ToolDefinition
{
    string? _scope;

    /// <summary>A definition by its properties.</summary>
    public ToolDefinition()
    {
    }

    /// <summary>
    /// For generated code: the properties that nearly every tool has, in one call, because a short run prepares each
    /// call of a property apart. A parameter has the meaning of the property with its name.
    /// </summary>
    [SetsRequiredMembers]
    public ToolDefinition(
        string tool, string title, string version, string endpoint, string recipient, string notice, string scope,
        string scopeId, int manifest, NoticeChannels channels, bool defaultOn, SwitchVariable[] variables,
        string? option, string? marker, TimePrecision time, bool executable)
    {
        (Tool, Title, Version, Endpoint) = (tool, title, version, endpoint);
        (Recipient, Notice, Scope, ScopeId) = (recipient, notice, scope, scopeId);
        (Manifest, Channels, DefaultOn, Variables) = (manifest, channels, defaultOn, variables);
        (Option, Marker, Time, Executable) = (option, marker, time, executable);
    }

    /// <summary>The manifest's short name, <c>[a-z][a-z0-9-]*</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>The words that users type before <c>telemetry</c>. Default: <see cref="Tool"/>.</summary>
    public string Command { get => field ?? Tool; init; }

    /// <summary>
    /// The words that users type before a verb: <see cref="Command"/> and <c>telemetry</c>, or those of the program
    /// that passes its users' command on to a library.
    /// </summary>
    internal string Prefix { get => field ?? Command + " telemetry"; private set; }

    /// <summary>The name that people read.</summary>
    public required string Title { get; init; }

    /// <summary>The version of the tool itself (MSBuild's <c>Version</c>).</summary>
    public required string Version { get; init; }

    /// <summary>The collector's address for batches: <c>https:</c>, or <c>http:</c> to a loopback address.</summary>
    public required string Endpoint { get; init; }

    /// <summary>Who receives the data, in the manifest's words.</summary>
    public required string Recipient { get; init; }

    /// <summary>The whole text of the notice, lines ending in LF.</summary>
    public required string Notice { get; init; }

    /// <summary>The scope that a user agrees to, as <c>spec/manifest.md</c> writes it.</summary>
    public required string Scope { get => ScopeLists is null ? field : _scope ??= WithLists(field); init; }

    /// <summary>
    /// Makes the lists of values that <see cref="Scope"/> names by their index, as <c>values=TAB n TAB</c>; null: none.
    /// Called when the scope is first read.
    /// </summary>
    public Func<string[]>? ScopeLists { get; init; }

    /// <summary>
    /// Makes the descriptions of all events and fields, as <c>show</c> takes them, a line each; null: there are none.
    /// Called when a notice says what is new.
    /// </summary>
    public Func<string[]>? Descriptions { get; init; }

    /// <summary>The SHA-256 of <see cref="Scope"/>: 64 lower-case hexadecimal digits.</summary>
    public required string ScopeId { get; init; }

    /// <summary>The manifest's version, from 1.</summary>
    public required int Manifest { get; init; }

    /// <summary>Where the notice counts as seen; one of several is enough.</summary>
    public required NoticeChannels Channels { get; init; }

    /// <summary>
    /// True: on unless a consent source switches it off. False: off unless a consent source switches it on.
    /// </summary>
    public required bool DefaultOn { get; init; }

    /// <summary>Environment variables that switch off.</summary>
    public required SwitchVariable[] Variables { get; init; }

    /// <summary>An option that switches one run off, with its dashes; null: the tool has none.</summary>
    public string? Option { get; init; }

    /// <summary>An option that shows the events of one run, with its dashes; null: the tool has none.</summary>
    public string? ShowOption { get; init; }

    /// <summary>A file beside the program that switches off while it exists; null: none.</summary>
    public string? Marker { get; init; }

    /// <summary>The precision of recorded times. Default: nanosecond; generated code always sets it.</summary>
    public TimePrecision Time { get; init; }

    /// <summary>How long an installation keeps its id. Default: until it is deleted.</summary>
    public IdentityRotation Rotation { get; init; }

    /// <summary>Pre-release labels that the tool's own version may carry.</summary>
    public string[] Prerelease { get => field ?? []; init; }

    /// <summary>True if the assembly with this manifest is a program, which can start itself again to upload.</summary>
    public bool Executable { get; init; }

    /// <summary>
    /// Makes the shape of the event that reports how many events were dropped (<c>counts: dropped</c>); null: none.
    /// </summary>
    public Func<EventDefinition>? Dropped { get; init; }

    /// <summary>
    /// True for a developers' own build: its events say <c>dev</c> and are never counted or published.
    /// </summary>
    public bool Development { get; init; }

    /// <summary>
    /// The package that this build belongs to (MSBuild's <c>PackageId</c>), so that settings can stop one of several.
    /// Default: the tool's name. Never recorded.
    /// </summary>
    public string Package { get => field ?? Tool; init; }

    /// <summary>The name of the distributor of this build; null: the build does not say.</summary>
    public string? Distributor { get; init; }

    /// <summary>
    /// The last part of STATE. Default: the tool's name. With another recipient than the manifest's, a suffix
    /// identifies that recipient (spec/policy.md).
    /// </summary>
    public string Folder { get => field ?? Tool; init; }

    /// <summary>The recipient from the organisation's policy, instead of the manifest's; null: none.</summary>
    internal Redirect? Redirect { get; init; }

    /// <summary>
    /// This tool with another recipient. It has a separate scope, notice and folder, so that one recipient never gets
    /// the other's data or id. Call it on the manifest's own definition; without a redirect it returns that.
    /// </summary>
    internal ToolDefinition To(Redirect? redirect)
    {
        if (redirect is null)
            return this;
        var scope = Scope.Replace(
            WhoReceives(Recipient, Endpoint), WhoReceives(redirect.Recipient, redirect.Address),
            StringComparison.Ordinal);
        var place = new ManagedSha256().Add("redirect\n"u8).Add(redirect.Address + "\n" + redirect.Recipient).Finish();
        return new ToolDefinition
        {
            Tool = Tool,
            Prefix = Prefix,
            Title = Title,
            Version = Version,
            Endpoint = redirect.Address,
            Recipient = redirect.Recipient,
            Notice = Before(redirect) + Notice,
            Scope = scope,
            Descriptions = Descriptions,
            ScopeId = Convert.ToHexStringLower(new ManagedSha256().Add(scope).Finish()),
            Manifest = Manifest,
            Channels = Channels,
            DefaultOn = DefaultOn,
            Variables = Variables,
            Option = Option,
            ShowOption = ShowOption,
            Marker = Marker,
            Time = Time,
            Rotation = Rotation,
            Prerelease = Prerelease,
            Executable = Executable,
            Dropped = Dropped,
            Development = Development,
            Package = Package,
            Distributor = Distributor,
            Folder = Tool + "@" + Convert.ToHexStringLower(place, 0, 8),
            Redirect = redirect,
        };
    }

    /// <summary>This tool with another <see cref="Prefix"/> in its messages.</summary>
    internal ToolDefinition Behind(string prefix)
    {
        var copy = (ToolDefinition)MemberwiseClone();
        copy.Prefix = prefix;
        return copy;
    }

    /// <summary>
    /// False if the scope does not name its own recipient and endpoint: a user could not agree to another.
    /// </summary>
    internal bool CanBeRedirected => Scope.Contains(WhoReceives(Recipient, Endpoint), StringComparison.Ordinal);

    /// <summary>Another full text of the manifest's notice, with the policy's recipient if there is one.</summary>
    internal string NoticeFrom(string text) => Redirect is null ? text : Before(Redirect) + text;

    string WithLists(string text)
    {
        var lists = ScopeLists!();
        for (var i = 0; i < lists.Length; i++)
            text = text.Replace("=\t" + i + "\t", "=" + lists[i], StringComparison.Ordinal);
        return text;
    }

    static string Before(Redirect redirect) => redirect.IsOfDevelopers
        ? "This is a development build. The endpoint named below does not apply: the data goes to\n"
            + redirect.Address + "\n\n"
        : "The organisation that runs this machine has set another recipient. The recipient\n"
        + "named below does not apply: the data goes to\n" + redirect.Recipient + "\nat " + redirect.Address + "\n\n";

    static string WhoReceives(string recipient, string endpoint) =>
        "\nrecipient " + recipient + "\nendpoint " + endpoint + "\n";
}

/// <summary>An environment variable that switches telemetry off.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Present">
/// True: any value counts, even an empty one. False: all but empty, 0, false, no and off count.
/// </param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct SwitchVariable(string Name, bool Present);

/// <summary>Where the notice counts as seen. Bits, so that a run loads no collection for them.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
[Flags]
public enum NoticeChannels
{
    /// <summary>Nowhere. Generated code never passes it.</summary>
    None = 0,
    /// <summary>On a terminal: standard error of the tool itself.</summary>
    Terminal = 1,
    /// <summary>During set-up: the bootstrap script calls <c>TOOL telemetry notice</c>.</summary>
    Setup = 2,
    /// <summary>On a page that a server shows.</summary>
    Page = 4,
    /// <summary>In the documentation of a library that has no user interface.</summary>
    Documentation = 8,
}

/// <summary>How long an installation keeps its id (spec/spool.md, "Rotation").</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum IdentityRotation
{
    /// <summary>Until the user switches telemetry off or deletes the data.</summary>
    Never,
    /// <summary>A new id each calendar year, UTC.</summary>
    Year,
    /// <summary>A new id each calendar quarter, UTC.</summary>
    Quarter,
    /// <summary>A new id each calendar month, UTC.</summary>
    Month,
}

/// <summary>The precision of a recorded time; smaller units are cut off.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum TimePrecision
{
    /// <summary>The full precision of the clock.</summary>
    Nanosecond,
    /// <summary>Whole seconds.</summary>
    Second,
    /// <summary>Whole hours.</summary>
    Hour,
    /// <summary>Whole days (UTC).</summary>
    Day,
}

/// <summary>The shape of one event. Generated code makes one per event and keeps it. Immutable, thread-safe.</summary>
/// <param name="name">The event's name in the manifest.</param>
/// <param name="fields">Its fields in the manifest's order, common ones first. A field's index is its slot.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class EventDefinition(string name, FieldDefinition[] fields)
{
    /// <summary>The event's name in the manifest.</summary>
    public string Name { get; } = name;

    internal FieldDefinition[] Fields { get; } = fields;
}

/// <summary>One field of an event.</summary>
/// <param name="Name">Its name in the manifest.</param>
/// <param name="Kind">The type of its values and who fills it.</param>
/// <param name="ToolSalt">True for a digest under the salt of the tool, not of the installation.</param>
/// <param name="Until">
/// The last day (UTC) on which events record it, as the number <c>yyyyMMdd</c>; 0: no end.
/// </param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct FieldDefinition(string Name, FieldKind Kind, bool ToolSalt = false, int Until = 0)
{
    /// <summary>True if an event that began then no longer has this field.</summary>
    internal bool IsOver(DateTime began) => Until != 0 && (began.Year * 100 + began.Month) * 100 + began.Day > Until;
}

/// <summary>The type of a field's values and who fills it (<c>spec/manifest.md</c>).</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public enum FieldKind : byte
{
    /// <summary>true or false.</summary>
    Boolean,
    /// <summary>A value of a list.</summary>
    Enum,
    /// <summary>A set of values of a list.</summary>
    EnumSet,
    /// <summary>A whole number, optionally in buckets.</summary>
    Count,
    /// <summary>A size, as a power of two.</summary>
    Bytes,
    /// <summary>Milliseconds that the program measured.</summary>
    Duration,
    /// <summary>0 to 255.</summary>
    ExitCode,
    /// <summary>A version that the program gives.</summary>
    Version,
    /// <summary>A scheme of a list.</summary>
    UriScheme,
    /// <summary>A salted SHA-256.</summary>
    Digest,
    /// <summary>An identifier that the program generated.</summary>
    RandomId,
    /// <summary>Frames of the tool's own methods.</summary>
    Stack,
    /// <summary>The SDK fills it: milliseconds from the event's beginning to its end.</summary>
    OwnDuration,
    /// <summary>The SDK fills it: the tool's version.</summary>
    ToolVersion,
    /// <summary>The SDK fills it: the family of the operating system.</summary>
    OsFamily,
    /// <summary>The SDK fills it: the version of the operating system.</summary>
    OsVersion,
    /// <summary>The SDK fills it: the process's architecture.</summary>
    Arch,
    /// <summary>The SDK fills it: <c>dotnet</c>.</summary>
    RuntimeName,
    /// <summary>The SDK fills it: the runtime's version.</summary>
    RuntimeVersion,
    /// <summary>The SDK fills it: the runtime identifier.</summary>
    RuntimeId,
    /// <summary>The SDK fills it: a random UUID of this run.</summary>
    Session,
    /// <summary>The SDK fills it: the stored id of the installation.</summary>
    Installation,
    /// <summary>The SDK fills it: interactive, ci, container, agent, dev.</summary>
    Environment,
    /// <summary>The SDK fills it: a digest of the network card's address under the salt of the tool.</summary>
    Machine,
    /// <summary>The collector adds it; the SDK leaves it out.</summary>
    Country,
    /// <summary>The SDK fills it, in a separate event: how many events were dropped.</summary>
    Dropped,
}
