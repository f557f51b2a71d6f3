// SPDX-License-Identifier: MIT
using Dn.Projects;

namespace Dn.Commands;

/// <summary>The files of a new project.</summary>
static class Templates
{
    /// <summary>The files of a template, the project file first.</summary>
    /// <exception cref="ProjectException">There is no such template or test runner.</exception>
    public static (string File, string Text)[] Make(string template, string name, string framework, string runner) =>
        template switch
        {
            "console" =>
            [
                (name + ProjectFile.Extension, $"output: exe\nframeworks: {framework}\n"),
                ("Program.cs", "Console.WriteLine(\"Hello, World!\");\n"),
            ],
            "classlib" =>
            [
                (name + ProjectFile.Extension, $"output: library\nframeworks: {framework}\nversion: 1.0.0\n"),
                ("Greeter.cs",
                    """
                    public static class Greeter
                    {
                        public static string Greet(string name) => $"Hello, {name}!";
                    }

                    """),
            ],
            "test" =>
            [
                (name + ProjectFile.Extension, $"output: test\nframeworks: {framework}\ntest-runner: {runner}\n"),
                ("Tests.cs", Tests(TestRunners.AttributeOf(runner))),
            ],
            _ => throw new ProjectException(
                ProjectProblem.BadProject, $"'{template}' is no template. Write console, classlib or test."),
        };

    static string Tests(string attribute) => $$"""
        public sealed class Tests
        {
            [{{attribute}}]
            public void One_and_one_is_two()
            {
                if (1 + 1 != 2) throw new Exception("it is not");
            }
        }

        // Marks a test. A package of the test runner may bring it instead.
        [AttributeUsage(AttributeTargets.Method)]
        public sealed class {{attribute}} : Attribute;

        """;
}
