// SPDX-License-Identifier: MIT

using static Tallymark.Generator.Emit.CodeWriter;
using static Tallymark.Generator.Emit.Documentation;

namespace Tallymark.Generator.Emit;

/// <summary>
/// Writes what a relay for the tool's web pages needs (<c>spec/page.md</c>): one method with types of the framework
/// only, and a conversion to it. So <c>app.MapTallymark(telemetry)</c> compiles unchanged in a build without telemetry,
/// and Tallymark.AspNetCore does not depend on the SDK, which such a build does not have.
/// </summary>
static class PageWriter
{
    const string Answer =
        "global::System.Func<string, global::System.ReadOnlyMemory<byte>, (int Status, byte[] Json)>";

    public static void Write(CodeWriter code, ToolModel tool, PageModel page)
    {
        if (page.HasCommon)
        {
            WriteFieldsSummary(code, page);
            code.Line("/// <remarks>Called for each request of a page; must be thread-safe. Default: null.</remarks>");
            code.Line($"public global::System.Action<{page.Event.Class}>? PageFields {{ get; set; }}");
        }

        code.Line().Line("global::Tallymark.PageRelay? _page;");
        WriteAnswer(code, tool, "_client is null ? AnswerOff(name) : AnswerWithSdk(name, body)");
        code.Line().Lines(
            $$"""
            static (int Status, byte[] Json) AnswerOff(string name) => {{AnswerOff(tool)}};

            (int Status, byte[] Json) AnswerWithSdk(string name, global::System.ReadOnlyMemory<byte> body)
            {
                try
                {
                    return AnswerPageWithSdk(name, body);
                }
                catch (global::System.Exception e) when (e is global::System.MissingMemberException
                    or global::System.TypeLoadException or global::System.TypeInitializationException)
                {
                    return AnswerOff(name); // another version of the SDK
                }
            }

            [global::System.Runtime.CompilerServices.MethodImpl(
                global::System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
            (int Status, byte[] Json) AnswerPageWithSdk(string name, global::System.ReadOnlyMemory<byte> body) =>
                Page().Answer(name, body);
            """);
        code.Line().Lines(
            """
            // One relay for all requests: it knows which records it has recorded.
            global::Tallymark.PageRelay Page()
            {
                if (global::System.Threading.Volatile.Read(ref _page) is { } page)
                    return page;
                var made = MakePage();
                return global::System.Threading.Interlocked.CompareExchange(ref _page, made, null) ?? made;
            }

            """);
        code.Open("global::Tallymark.PageRelay MakePage() => new(_client!, new global::Tallymark.PageDefinition()");
        code.Line($"Event = {page.Event.Class}._shape,");
        code.Line($"ComponentIds = {page.ComponentIds}.ToArray(),");
        code.Line($"EventTypes = {page.EventTypes}.ToArray(),");
        code.Line($"ComponentTypes = {page.ComponentTypes}.ToArray(),");
        code.Raw("Notice = ", page.Notice, ",");
        if (page.More is not null)
            code.Line($"More = {Literal(page.More)},");
        code.Line($"Contact = {Literal(page.Contact)},");
        code.Line($"Recorder = typeof({tool.ClassName}),");
        if (page.HasCommon)
            code.Line("Common = MakePageEvent,");
        code.Close("});");
        if (page.HasCommon)
            WriteMakeEvent(code, page);
    }

    /// <summary>The same members in a build without telemetry: the relay says off.</summary>
    public static void WriteOff(CodeWriter code, ToolModel tool, PageModel page)
    {
        if (page.HasCommon)
        {
            WriteFieldsSummary(code, page);
            code.Line("/// <remarks>Not called: this build has no telemetry.</remarks>");
            code.Line($"public global::System.Action<{page.Event.Class}>? PageFields {{ get; set; }}");
        }

        WriteAnswer(code, tool, AnswerOff(tool));
    }

    // The answer to a page of a server without telemetry (spec/page.md).
    static string AnswerOff(ToolModel tool)
    {
        var settings = "{\"tool\":" + Json(tool.Tool) + ",\"title\":" + Json(tool.Title)
            + ",\"on\":false,\"why\":\"server\"}";
        return $"name switch\n{{\n    \"settings\" => (200, {Literal(settings)}u8.ToArray()),\n"
            + $"    \"events\" => (200, {Literal("{\"on\":false}")}u8.ToArray()),\n"
            + "    \"seen\" => (409, []),\n    _ => (404, []),\n}";
    }

    static void WriteFieldsSummary(CodeWriter code, PageModel page) => code.Line()
        .Summary("Sets the fields that the program sets in every event, for events of the web page: "
            + $"{Code(page.Event.Name)}.");

    static void WriteAnswer(CodeWriter code, ToolModel tool, string answer) => code.Line().Lines(
        $$"""
        /// <summary>
        /// Answers a request of the tool's web pages. The relay of the web server calls it. Thread-safe, never throws.
        /// </summary>
        /// <param name="name">The last part of the request's path.</param>
        /// <param name="body">The whole body.</param>
        /// <returns>An HTTP status, and a JSON text if it is 200.</returns>
        [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
        public (int Status, byte[] Json) AnswerPage(string name, global::System.ReadOnlyMemory<byte> body) =>
            {{answer}};

        /// <summary><see cref="AnswerPage"/>, so that <c>app.MapTallymark(telemetry)</c> takes this object.</summary>
        [global::System.ComponentModel.EditorBrowsable(global::System.ComponentModel.EditorBrowsableState.Never)]
        public static implicit operator {{Answer}}(
            {{tool.ClassName}} telemetry) => telemetry.AnswerPage;
        """);

    static void WriteMakeEvent(CodeWriter code, PageModel page) => code.Line().Lines(
        $$"""
        global::Tallymark.TelemetryEvent MakePageEvent()
        {
            var made = {{page.Event.Class}}.Begin(_client!);
            PageFields?.Invoke(made);
            return made;
        }
        """);

    // JSON in ASCII.
    static string Json(string text) => "\"" + string.Concat(text.Select(c => c is '"' or '\\' or < ' ' or > '~'
        ? "\\u" + ((int)c).ToString("x4", System.Globalization.CultureInfo.InvariantCulture)
        : c.ToString())) + "\"";
}
