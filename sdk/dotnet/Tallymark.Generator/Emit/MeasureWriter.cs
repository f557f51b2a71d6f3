// SPDX-License-Identifier: MIT

using static Tallymark.Generator.Emit.Documentation;

namespace Tallymark.Generator.Emit;

/// <summary>
/// Writes the methods of an event: one that starts it, four that measure a lambda. The generated code records a failed
/// event in a <c>catch</c>, not in a <c>finally</c>: the runtime decides whether a <c>finally</c> runs for an uncaught
/// exception, and a program that exits in <c>UnhandledException</c> would lose the event (seen). The methods on tasks
/// are not <c>async</c> themselves: a lambda that only throws binds to them and must throw into the caller. One state
/// machine for all events also costs less at program start than two for each event.
/// </summary>
static class MeasureWriter
{
    public static void Write(CodeWriter code, EventModel e)
    {
        code.Line();
        code.Summary($"Starts an event {Code(e.Name)}. {XmlText(e.Why)}");
        code.Remarks("Disposing the event records it with its duration. Its status is <c>unknown</c> unless the "
            + "program sets one.");
        code.Line($"public {e.Class} {e.Method}() =>");
        code.Line($"    _client is null ? {e.Class}.Inert() : {e.Class}.Begin(_client);");
        WriteDirect(code, e, "void", "", $"global::System.Action<{e.Class}>");
        WriteDirect(code, e, "TResult", "<TResult>", $"global::System.Func<{e.Class}, TResult>");
        WriteTask(code, e, "global::System.Threading.Tasks.Task", "");
        WriteTask(code, e, "global::System.Threading.Tasks.Task<TResult>", "<TResult>");
    }

    static void WriteDirect(CodeWriter code, EventModel e, string result, string generic, string body)
    {
        var returns = generic.Length > 0;
        Document(code, e, returns);
        code.Open($"public {result} {e.Method}{generic}({body} body)");
        code.Line($"var run = {e.Method}();");
        if (returns)
            code.Line("TResult result;");
        code.Open("try");
        code.Line(returns ? "result = body(run);" : "body(run);");
        code.Close();
        WriteCatch(code);
        code.Line("run.Complete();").Line("run.Dispose();");
        if (returns)
            code.Line("return result;");
        code.Close();
    }

    static void WriteTask(CodeWriter code, EventModel e, string task, string generic)
    {
        Document(code, e, generic.Length > 0);
        code.Open($"public {task} {e.Method}{generic}(global::System.Func<{e.Class}, {task}> body)");
        code.Line($"var run = {e.Method}();");
        code.Line($"{task} task;");
        code.Open("try");
        code.Line("task = body(run);");
        code.Close();
        WriteCatch(code);
        code.Line("return Finish(run, task);");
        code.Close();
    }

    static void WriteCatch(CodeWriter code) =>
        code.Open("catch (global::System.Exception crash)")
            .Line("run.Crash(crash);").Line("run.Dispose();").Line("throw;").Close().Line();

    static void Document(CodeWriter code, EventModel e, bool returns)
    {
        code.Line();
        code.Summary($"Measures <paramref name=\"body\"/> as an event {Code(e.Name)}. {XmlText(e.Why)}");
        code.Remarks("If the body sets no status, the status is <c>success</c>, or <c>failure</c> with the stack "
            + "fields if the body throws. The exception passes through unchanged.");
        if (returns)
            code.Line("/// <returns>The result of <paramref name=\"body\"/>.</returns>");
    }

    /// <summary>The helper methods of the methods on tasks.</summary>
    public static void WriteFinish(CodeWriter code) => code.Line().Lines(
        """
        static async global::System.Threading.Tasks.Task Finish(
            global::Tallymark.TelemetryEvent run, global::System.Threading.Tasks.Task task)
        {
            using (run)
            {
                try
                {
                    await task.ConfigureAwait(false);
                }
                catch (global::System.Exception crash)
                {
                    run.Crash(crash);
                    throw;
                }

                run.Complete();
            }
        }

        static async global::System.Threading.Tasks.Task<TResult> Finish<TResult>(
            global::Tallymark.TelemetryEvent run, global::System.Threading.Tasks.Task<TResult> task)
        {
            await Finish(run, (global::System.Threading.Tasks.Task)task).ConfigureAwait(false);
            return await task.ConfigureAwait(false);
        }
        """);
}
