// SPDX-License-Identifier: MIT


namespace Tallymark.Generator.Model;

/// <summary>
/// Builds the model of the generated code and decides every C# name. It assigns names in this order, each in the
/// manifest's order: the events' methods, their classes, the enums, the lists; within an event its fields. One builder
/// builds one model.
/// </summary>
sealed class ToolModelBuilder
{
    readonly ToolManifest _manifest;
    readonly Distribution _distribution;
    readonly string _className;
    readonly NameTable _names;
    readonly Dictionary<string, string> _listMembers = new(StringComparer.Ordinal);
    readonly List<ListModel> _lists = [];
    readonly Dictionary<string, string> _enumNames = new(StringComparer.Ordinal);
    readonly List<EnumModel> _enums = [];

    ToolModelBuilder(ToolManifest manifest, Distribution distribution)
    {
        _manifest = distribution.ApplyTo(manifest);
        _distribution = distribution;
        _className = Identifier.Pascal(manifest.Tool) + "Telemetry";
        _names = NameTable.ForTool(_className);
    }

    public static ToolModel Build(ToolManifest manifest, Distribution distribution) =>
        new ToolModelBuilder(manifest, distribution).Build();

    ToolModel Build()
    {
        var recorded = _manifest.Events.Where(e => !e.CountsDropped && !e.FromPage).ToList();
        var methods = recorded.Select(e => _names.Take(Identifier.Pascal(e.Name))).ToList();
        var classes = recorded.Select(e => _names.Take(Identifier.Pascal(e.Name) + "Event")).ToList();
        foreach (var e in recorded)
            NameEnums(e, _manifest.FieldsOf(e));
        var events = recorded.Select((e, i) => Event(e, methods[i], classes[i])).ToEquatable();
        var dropped = _manifest.Events.FirstOrDefault(e => e.CountsDropped);
        var page = _manifest.Events.Where(e => e.FromPage).Select(Page).FirstOrDefault();
        var scope = CompactScope.Of(_manifest);
        return new ToolModel
        {
            Tool = _manifest.Tool,
            ClassName = _className,
            Title = _manifest.Title,
            Command = _manifest.Command,
            Purpose = _manifest.Purpose,
            Recipient = _manifest.Recipient,
            Endpoint = _manifest.Endpoint,
            Folder = _distribution.FolderOf(_manifest),
            Distributor = _distribution.Distributor,
            Manifest = _manifest.Version,
            Notice = NoticeText.Of(_manifest, _distribution.Distributor),
            Scope = scope.Text,
            ScopeLists = scope.Lists.ToEquatable(),
            ScopeId = Scope.IdOf(_manifest),
            FieldTexts = Model.FieldTexts.Of(_manifest),
            Channels = _manifest.Notice.Channels.Select(channel => channel.ToString()).ToEquatable(),
            DefaultOn = _manifest.Consent.DefaultOn,
            Time = _manifest.Time,
            Rotation = _manifest.Rotation,
            Variables = _manifest.Consent.Variables
                .Select(v => new VariableModel(v.Name, v.OffWhen == OffWhen.Present)).ToEquatable(),
            Option = _manifest.Consent.Option,
            ShowOption = _manifest.Consent.ShowOption,
            Marker = _manifest.Consent.Marker,
            Prerelease = AllFields().Where(f => f.Type == FieldType.Version && f.Source == FieldSource.Sdk)
                .SelectMany(f => f.Prerelease).Distinct(StringComparer.Ordinal)
                .OrderBy(label => label, StringComparer.Ordinal).ToEquatable(),
            Page = page,
            Lists = _lists.ToEquatable(),
            Enums = _enums.ToEquatable(),
            Events = events,
            Common = Common(page is null ? events : [.. events, page.Event]).ToEquatable(),
            Groups = Groups(events).ToEquatable(),
            Dropped = dropped is null ? null : Event(dropped, "", ""),
        };
    }

    // The relay sets the event's own fields. The common ones have the members that they have in every event.
    PageModel Page(Event e)
    {
        NameEnums(e, _manifest.Fields);
        var common = new HashSet<string>(_manifest.Fields.Select(f => f.Name), StringComparer.Ordinal);
        var model = Event(e, "", _names.Take(Identifier.Pascal(e.Name) + "Event"), common);
        return new PageModel(
            model, ListOf(PageFields.ComponentId), ListOf(PageFields.EventType), ListOf(PageFields.ComponentType),
            NoticeText.OfPage(_manifest, _distribution.Distributor),
            Uri.TryCreate(_manifest.Notice.More, UriKind.Absolute, out _) ? _manifest.Notice.More : null,
            _manifest.Contact);

        string ListOf(string field) => List(e.Fields.Single(f => f.Name == field))!;
    }

    // If the name is already taken in the class of one event, the member has another name there. It is then not common.
    IEnumerable<FieldModel> Common(IReadOnlyList<EventModel> events) =>
        events.Take(1).SelectMany(e => e.Fields).Where(field =>
            field.Member is not null && _manifest.Fields.Any(f => f.Name == field.Name)
            && events.All(e => e.Fields.Any(f => f.Name == field.Name && f.Member == field.Member)));

    // As the common fields: a member that has another name in one event is in no interface.
    IEnumerable<GroupModel> Groups(IReadOnlyList<EventModel> events)
    {
        foreach (var group in _manifest.Groups)
        {
            var users = new HashSet<string>(
                _manifest.Events.Where(e => e.Groups.Contains(group.Name, StringComparer.Ordinal)).Select(e => e.Name),
                StringComparer.Ordinal);
            EventModel[] having = [.. events.Where(e => users.Contains(e.Name))];
            FieldModel[] fields =
            [
                .. having.Take(1).SelectMany(e => e.Fields).Where(field => field.Member is not null
                    && group.Fields.Any(f => f.Name == field.Name)
                    && having.All(e => e.Fields.Any(f => f.Name == field.Name && f.Member == field.Member))),
            ];
            if (fields.Length > 0)
            {
                yield return new GroupModel(
                    group.Name, _names.Take("I" + Identifier.Pascal(group.Name)), fields.ToEquatable(),
                    having.Select(e => e.Name).ToEquatable());
            }
        }
    }

    IEnumerable<Field> AllFields() => _manifest.Fields.Concat(_manifest.Events.SelectMany(e => e.Fields));

    // Null: every field that the program sets is a member.
    EventModel Event(Event e, string method, string className, HashSet<string>? members = null)
    {
        var names = NameTable.ForEvent(className);
        var fields = _manifest.FieldsOf(e).Select(f => Field(f, names, members?.Contains(f.Name) != false))
            .ToEquatable();
        return new EventModel(e.Name, method, className, e.Why, fields);
    }

    FieldModel Field(Field field, NameTable names, bool mayBeMember)
    {
        var isMember = mayBeMember && field.Source == FieldSource.Program;
        return new FieldModel
        {
            Name = field.Name,
            Type = field.Type,
            Source = field.Source,
            Kind = FieldKindNames.Of(field),
            ToolSalt = field.Salt == DigestSalt.Tool,
            Why = field.Why,
            Example = field.Example,
            Published = field.Published,
            Until = field.Until,
            Member = isMember ? Member(field, names) : null,
            Enum = isMember && IsOwnEnum(field) ? _enumNames[EnumKey(field)] : null,
            List = isMember ? List(field) : null,
            ListName = field.List,
            Values = field.Values.ToEquatable(),
            Buckets = field.Buckets.ToEquatable(),
        };
    }

    // A random id has methods `SetX` beside its property `X`.
    static string Member(Field field, NameTable names)
    {
        var member = names.Take(Identifier.Pascal(field.Name));
        if (field.Type == FieldType.RandomId)
            names.Take("Set" + member);
        return member;
    }

    // Fields with the same values share one constant.
    string? List(Field field)
    {
        var values = field.Type == FieldType.Version ? field.Prerelease : field.Values;
        if (field.Type is not (FieldType.Enum or FieldType.EnumSet or FieldType.UriScheme or FieldType.Version))
            return null;
        var text = "\n" + string.Concat(values.Select(v => v + "\n"));
        if (!_listMembers.TryGetValue(text, out var member))
        {
            member = _names.Take(Identifier.Pascal(field.List ?? field.Name) + "Values");
            _listMembers.Add(text, member);
            _lists.Add(new ListModel(member, text));
        }

        return member;
    }

    // The enum of a single event is named after event and field; the enum of several events, after the field.
    void NameEnums(Event e, IEnumerable<Field> fields)
    {
        foreach (var field in fields.Where(IsOwnEnum))
        {
            if (_enumNames.ContainsKey(EnumKey(field)))
                continue;
            var shared = _manifest.Events.Count(other => Carries(other, field)) > 1;
            var name = _names.Take((shared ? "" : Identifier.Pascal(e.Name)) + Identifier.Pascal(field.Name));
            var members = NameTable.ForEnum();
            _enumNames.Add(EnumKey(field), name);
            _enums.Add(new EnumModel(name, _names.Take(name + "Of"), field.Name, field.Why,
                field.Values.Select(v => new EnumMember(members.Take(Identifier.Pascal(v)), v)).ToEquatable()));
        }
    }

    bool Carries(Event e, Field field) =>
        _manifest.FieldsOf(e).Any(f => IsOwnEnum(f) && EnumKey(f) == EnumKey(field));

    static bool IsOwnEnum(Field field) => field is { Type: FieldType.Enum, List: null, Source: FieldSource.Program };

    static string EnumKey(Field field) => field.Name + "\n" + string.Join("\n", field.Values);
}
