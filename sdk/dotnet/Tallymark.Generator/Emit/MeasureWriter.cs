// SPDX-License-Identifier: MIT
// Writes the methods of an event: one that begins it, four that measure a lambda.

using Tallymark.Generator.Model;
using static Tallymark.Generator.Emit.Documentation;

namespace Tallymark.Generator.Emit;

/// <summary>
/// A failed event is recorded where its exception is caught, and not on the way out: whether a <c>finally</c> runs for
/// an exception that nobody catches is up to the runtime, and a program that ends itself in <c>UnhandledException</c>
/// would take the event with it (seen). The methods on tasks are not <c>async</c> themselves: a lambda that only throws
/// binds to them and must throw into the caller, and one state machine for all events costs less at the start of a
/// program than two for each.
/// </summary>
static class MeasureWriter
{
    public static void Write(CodeWriter code, EventModel e)
    {
        code.Line();
        code.Summary($"Begins an event {Code(e.Name)}. {Words(e.Why)}");
        code.Remarks("Disposing it records it, with its duration. Without a verdict its status is <c>unknown</c>.");
        code.Line($"public {e.Class} {e.Method}() => _client.Again({e.Class}._shape) as {e.Class} ?? new(_client);");
        WriteDirect(code, e, "void", "", $"global::System.Action<{e.Class}>");
        WriteDirect(code, e, "TResult", "<TResult>", $"global::System.Func<{e.Class}, TResult>");
        WriteTask(code, e, "global::System.Threading.Tasks.Task", "");
        WriteTask(code, e, "global::System.Threading.Tasks.Task<TResult>", "<TResult>");
    }

    static void WriteDirect(CodeWriter code, EventModel e, string result, string generic, string body)
    {
        var gives = generic.Length > 0;
        Document(code, e, gives);
        code.Open($"public {result} {e.Method}{generic}({body} body)");
        code.Line($"var run = {e.Method}();");
        if (gives)
            code.Line("TResult result;");
        code.Open("try");
        code.Line(gives ? "result = body(run);" : "body(run);");
        code.Close();
        WriteCatch(code);
        code.Line("run.Complete();").Line("run.Dispose();");
        if (gives)
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
        code.Open("catch (global::System.Exception crash)").Line("run.Crash(crash);").Line("run.Dispose();").Line("throw;").Close().Line();

    static void Document(CodeWriter code, EventModel e, bool gives)
    {
        code.Line();
        code.Summary($"Measures <paramref name=\"body\"/> as an event {Code(e.Name)}. {Words(e.Why)}");
        code.Remarks("Without a verdict: <c>success</c>, or <c>failure</c> and a declared stack if it throws, which passes unchanged.");
        if (gives)
            code.Line("/// <returns>What <paramref name=\"body\"/> returned.</returns>");
    }

    /// <summary>What the methods on tasks share.</summary>
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
