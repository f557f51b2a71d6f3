// SPDX-License-Identifier: MIT

using static Tallymark.Generator.Emit.EventWriter;

namespace Tallymark.Generator.Emit;

/// <summary>
/// Writes, for the class of an event, what keeps another version of the SDK from throwing into the program
/// (docs/adr/0034-two-versions-of-the-sdk.md): a method that names each member of the SDK that the class needs, which
/// <c>Start</c> calls if the version differs, and a derived class that needs none, for the events of a program in which
/// a member is missing. The runtime loads neither in a program with one version.
/// </summary>
static class GuardWriter
{
    const string NoInlining =
        "[global::System.Runtime.CompilerServices.MethodImpl("
        + "global::System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]";

    /// <summary>The methods that make an event.</summary>
    public static void WriteFactories(CodeWriter code, EventModel e)
    {
        code.Line().Line(NoInlining);
        code.Line($"internal static {e.Class} Begin(global::Tallymark.TelemetryClient client) =>");
        code.Line($"    client.Again(_shape) as {e.Class} ?? new(client);");
        code.Line();
        code.Line("// Without a constructor: that of the base class could be the member that is missing.");
        code.Line(NoInlining);
        code.Line($"internal static {e.Class} Inert() =>");
        code.Line($"    ({e.Class})global::System.Runtime.CompilerServices.RuntimeHelpers.GetUninitializedObject("
            + "typeof(InertEvent));");
    }

    /// <summary>
    /// The method that names each member once. Called with null, so it makes an event without a client, which does
    /// nothing; entering the methods is the check.
    /// </summary>
    public static void WriteCheck(CodeWriter code, EventModel e, string toolPath)
    {
        code.Line().Line(NoInlining);
        code.Open($"internal static void CheckMembers({e.Class}? run, global::Tallymark.TelemetryClient? client)");
        code.Line("_ = _shape;");
        code.Line($"_ = new {e.Class}(null!);");
        code.Open("if (run is not null && client is not null)");
        code.Line("_ = Begin(client);");
        code.Line("_ = client.Again(_shape);");
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var slot = 0; slot < e.Fields.Count; slot++)
        {
            if (e.Fields[slot].Member is not { } member)
                continue;
            var setter = SetterOf(e.Fields[slot], slot, toolPath);
            foreach (var type in (string[])[TypeOf(e.Fields[slot], toolPath), .. FurtherIdsOf(e.Fields[slot])])
            {
                if (seen.Add(setter.Substring(0, setter.IndexOf('(')) + type))
                    code.Line($"{{ {type}? value = null; run.{setter}; }}");
            }
        }

        code.Close();
        code.Close();
    }

    /// <summary>The event that ignores its values. It calls no member of the SDK.</summary>
    public static void WriteInert(CodeWriter code, EventModel e, string toolPath)
    {
        code.Line();
        code.Open($"sealed class InertEvent : {e.Class}");
        code.Line("InertEvent() : base(null!) { }");
        foreach (var field in e.Fields.Where(f => f.Member is not null))
        {
            code.Line($"public override {TypeOf(field, toolPath)}? {field.Member} {{ set {{ }} }}");
            foreach (var type in FurtherIdsOf(field))
                code.Line($"public override void Set{field.Member}({type}? value) {{ }}");
        }

        code.Close();
    }
}
