// SPDX-License-Identifier: MIT

using static Tallymark.Generator.Emit.CodeWriter;
using static Tallymark.Generator.Emit.Documentation;

namespace Tallymark.Generator.Emit;

/// <summary>
/// Writes the class of an event, with one property for each field that the program sets, and the enums of these
/// properties.
/// </summary>
static class EventWriter
{
    /// <summary>
    /// The interface of the fields that every event has, so that a program can set them in one place.
    /// </summary>
    public static void WriteCommon(CodeWriter code, ToolModel tool, string toolPath)
    {
        if (tool.Common.Count > 0)
        {
            WriteInterface(
                code, "IAnyEvent", "The fields that the program sets and that every event has.", tool.Common, toolPath);
        }

        foreach (var group in tool.Groups)
        {
            WriteInterface(
                code, group.Interface,
                $"The fields of the group {Code(group.Name)} that the program sets, for all events with the group.",
                group.Fields, toolPath);
        }
    }

    static void WriteInterface(
        CodeWriter code, string name, string summary, EquatableArray<FieldModel> fields, string toolPath)
    {
        code.Line();
        code.Summary(summary);
        code.Open($"public interface {name}");
        foreach (var field in fields)
        {
            Field(code, field);
            code.Line($"{TypeOf(field, toolPath)}? {field.Member} {{ set; }}").Line();
            foreach (var type in FurtherIdsOf(field))
            {
                Field(code, field);
                code.Line($"void Set{field.Member}({type}? value);").Line();
            }
        }

        code.Close();
    }

    /// <summary>The interfaces in the list of base types of an event's class; empty if there are none.</summary>
    public static string InterfacesOf(ToolModel tool, EventModel e, string toolPath) =>
        (tool.Common.Count == 0 ? "" : $", {toolPath}.IAnyEvent")
        + string.Concat(tool.Groups.Where(group => group.Events.Any(name => name == e.Name))
            .Select(group => $", {toolPath}.{group.Interface}"));

    public static void WriteEvent(CodeWriter code, ToolModel tool, EventModel e, string toolPath)
    {
        code.Line();
        code.Summary($"The event {Code(e.Name)}. {XmlText(e.Why)}");
        WriteAutomaticFields(code, e);
        code.Open($"public class {e.Class} : global::Tallymark.TelemetryEvent{InterfacesOf(tool, e, toolPath)}");
        code.Line($"internal static readonly global::Tallymark.EventDefinition _shape = new({Literal(e.Name)},");
        WriteFields(code, e);
        code.Line();
        code.Line($"private protected {e.Class}(global::Tallymark.TelemetryClient client)");
        code.Line("    : base(client, _shape)");
        code.Line("{").Line("}");
        GuardWriter.WriteFactories(code, e);
        for (var slot = 0; slot < e.Fields.Count; slot++)
        {
            if (e.Fields[slot].Member is { } member)
                WriteMember(code, e.Fields[slot], member, slot, toolPath);
        }

        GuardWriter.WriteCheck(code, e, toolPath);
        GuardWriter.WriteInert(code, e, toolPath);
        code.Close();
    }

    /// <summary>The field definitions of an event.</summary>
    public static void WriteFields(CodeWriter code, EventModel e)
    {
        code.Line("    new global::Tallymark.FieldDefinition[]").Line("    {");
        foreach (var field in e.Fields)
        {
            var salt = field.ToolSalt ? ", true" : "";
            var until = field.Until is null ? "" : $", Until: {field.Until.Replace("-", "")}";
            code.Line($"        new({Literal(field.Name)}, global::Tallymark.FieldKind.{field.Kind}{salt}{until}),");
        }

        code.Line("    });");
    }

    // Fields without a member are documented on the class, so that the API documentation lists everything that is
    // recorded.
    static void WriteAutomaticFields(CodeWriter code, EventModel e)
    {
        FieldModel[] automatic = [.. e.Fields.Where(f => f.Member is null)];
        var end = automatic.Length > 0 ? ", and those listed below." : ".";
        code.Line("/// <remarks>");
        code.Line("/// Not thread-safe. Don't use it after disposal.");
        code.Line($"/// Automatic fields: <c>time</c> and <c>status</c>{end}");
        foreach (var field in automatic)
            code.Line($"/// <para>{Automatic(field)}</para>");
        code.Line("/// </remarks>");
    }

    static void WriteMember(CodeWriter code, FieldModel field, string member, int slot, string toolPath)
    {
        code.Line();
        Field(code, field);
        var setter = SetterOf(field, slot, toolPath);
        code.Line($"public virtual {TypeOf(field, toolPath)}? {member} {{ set => {setter}; }}");
        foreach (var type in FurtherIdsOf(field))
        {
            code.Line();
            Field(code, field);
            code.Line($"public virtual void Set{member}({type}? value) => SetRandomId({slot}, value);");
        }
    }

    /// <summary>
    /// The further types of an id that the program makes: a property has one type, so a method sets a number or a text.
    /// </summary>
    public static string[] FurtherIdsOf(FieldModel field) =>
        field.Type == FieldType.RandomId ? ["long", "string"] : [];

    /// <summary>The call of the SDK that sets a field to <c>value</c>.</summary>
    public static string SetterOf(FieldModel field, int slot, string toolPath)
    {
        var list = field.List is null ? "" : $"{toolPath}.{field.List}";
        return field.Type switch
        {
            FieldType.Boolean => $"SetBoolean({slot}, value)",
            FieldType.Enum when field.Enum is null => $"SetListed({slot}, value, {list})",
            FieldType.Enum => $"SetEnum({slot}, value is {{ }} member ? (int)member : -2, {list})",
            FieldType.EnumSet => $"SetSet({slot}, value, {list})",
            FieldType.Count => $"SetCount({slot}, value, {Buckets(field)})",
            FieldType.Bytes => $"SetBytes({slot}, value)",
            FieldType.Duration => $"SetDuration({slot}, value)",
            FieldType.ExitCode => $"SetExitCode({slot}, value)",
            FieldType.Version => $"SetVersion({slot}, value, {list})",
            FieldType.UriScheme => $"SetUriScheme({slot}, value, {list})",
            FieldType.Digest => $"SetDigest({slot}, value)",
            FieldType.RandomId => $"SetRandomId({slot}, value)",
            _ => $"SetStack({slot}, value)",
        };
    }

    public static string TypeOf(FieldModel field, string toolPath) => field.Type switch
    {
        FieldType.Boolean => "bool",
        FieldType.Enum when field.Enum is not null => $"{toolPath}.{field.Enum}",
        FieldType.EnumSet => "global::System.Collections.Generic.IEnumerable<string>",
        FieldType.Count or FieldType.Bytes => "long",
        FieldType.Duration => "global::System.TimeSpan",
        FieldType.ExitCode => "int",
        FieldType.RandomId => "global::System.Guid",
        FieldType.Stack => "global::System.Exception",
        _ => "string",
    };

    // The compiler stores constants that are converted to a span as data of the assembly: no allocation.
    static string Buckets(FieldModel field) =>
        field.Buckets.Count == 0 ? "default" : $"new long[] {{ {string.Join(", ", field.Buckets)} }}";

    public static void WriteEnum(CodeWriter code, EnumModel e)
    {
        code.Line();
        code.Summary($"The values of the field {Code(e.Field)}. {XmlText(e.Why)}");
        code.Open($"public enum {e.Name}");
        for (var i = 0; i < e.Members.Count; i++)
        {
            code.Summary($"The value {Code(e.Members[i].Value)}.");
            code.Line($"{e.Members[i].Name} = {i},");
            code.Line();
        }

        code.Summary("Any other value, recorded as <c>other</c>.");
        code.Line("Other = -1,");
        code.Close();
        code.Line();
        code.Summary($"The member for a value of the field {Code(e.Field)}, such as the text of an option. Any other "
            + "text: <c>Other</c>; null: null.");
        code.Open($"public static {e.Name}? {e.Parser}(string? value) => value switch");
        code.Line("null => null,");
        foreach (var member in e.Members)
            code.Line($"{Literal(member.Value)} => {e.Name}.{member.Name},");
        code.Line($"_ => {e.Name}.Other,");
        code.Close("};");
    }
}
