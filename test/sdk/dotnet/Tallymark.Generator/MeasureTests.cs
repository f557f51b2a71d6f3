// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Tallymark.Generator.Tests;

/// <summary>
/// The generated methods pass results and exceptions of a lambda unchanged, for every overload that C# chooses.
/// </summary>
public sealed class MeasureTests
{
    static readonly Assembly Compiled = new Project
    {
        // Opt-in: the real SDK runs here and must not use the home folder of the user who runs the tests.
        Manifest = Some.WithFields("well").Replace("default: on", "default: off", StringComparison.Ordinal),
        Sources =
        [
            """
            using System;
            using System.Threading.Tasks;

            public sealed class Marker : Exception;

            public static class Cases
            {
                static readonly Made.MyToolTelemetry T = Made.MyToolTelemetry.Start([]);
                static int Number() => 3;
                static void Nothing() { }

                public static object? Value() => T.Go(run => Number());
                public static object? Statement() { T.Go(run => Nothing()); return 3; }
                public static object? Assigns() { T.Go(run => { run.Well = true; }); return 3; }
                static async Task Later(Action action) { await Task.Yield(); action(); }
                static async Task<int> ThreeLater(bool fail = false)
                {
                    await Task.Yield();
                    return fail ? throw new Marker() : 3;
                }

                public static async Task<object?> AsyncValue() => await T.Go(async run => await ThreeLater());
                public static async Task<object?> AsyncStatement()
                {
                    var n = 0;
                    await T.Go(async run => await Later(() => n = 3));
                    return n;
                }

                public static async Task<object?> TaskOfValue() => await T.Go(run => Task.FromResult(3));

                public static void Throws() { T.Go(run => throw new Marker()); }
                public static void ThrowsInBlock() { T.Go(run => { throw new Marker(); }); }
                public static void ThrowsMaybe() { T.Go(run => { if (Number() == 3) throw new Marker(); }); }
                public static void ThrowsWithValue() { T.Go(run => Number() == 3 ? throw new Marker() : 4); }
                public static Task ThrowsAfterAwait() => T.Go(async run => await Later(() => throw new Marker()));
                public static Task ThrowsAfterAwaitWithValue() => T.Go(async run => await ThreeLater(fail: true));
                public static async Task GivesFailedTask() { await T.Go(run => Task.FromException<int>(new Marker())); }
            }
            """,
        ],
    }.Build().Load();

    [Theory]
    [InlineData("Value")]
    [InlineData("Statement")]
    [InlineData("Assigns")]
    [InlineData("AsyncValue")]
    [InlineData("AsyncStatement")]
    [InlineData("TaskOfValue")]
    public async Task The_result_of_the_lambda_is_returned(string method)
    {
        var result = Call(method);
        Assert.Equal(3, result is Task<object?> task ? await task : result);
    }

    // C# binds a lambda that only throws to the overload with a task. It must still throw into the caller.
    [Theory]
    [InlineData("Throws")]
    [InlineData("ThrowsInBlock")]
    [InlineData("ThrowsMaybe")]
    [InlineData("ThrowsWithValue")]
    [InlineData("ThrowsAfterAwait")]
    [InlineData("ThrowsAfterAwaitWithValue")]
    [InlineData("GivesFailedTask")]
    public async Task The_exception_of_the_lambda_is_thrown_unchanged(string method)
    {
        var thrown = await Assert.ThrowsAnyAsync<Exception>(async () =>
        {
            if (Call(method) is Task task)
                await task;
        });
        Assert.Equal("Marker", thrown.GetType().Name);
        Assert.Contains("Cases", thrown.StackTrace ?? (method == "GivesFailedTask" ? "Cases" : ""));
    }

    [Theory]
    [InlineData("Exe", true)]
    [InlineData("WinExe", true)]
    [InlineData("Library", false)]
    public void Only_a_program_has_a_module_initializer(string outputType, bool expected)
    {
        var built = new Project { Manifest = Some.WithFields("well"), OutputType = outputType }.Build();
        Assert.Equal(expected, built.Text!.Contains("ModuleInitializer]", StringComparison.Ordinal));
        Assert.Contains($"executable: {(expected ? "true" : "false")})", built.Text);
    }

    static object? Call(string method) =>
        Compiled.GetType("Cases")!.GetMethod(method)!.Invoke(null, BindingFlags.DoNotWrapExceptions, null, null, null);
}
