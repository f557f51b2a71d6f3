// SPDX-License-Identifier: MIT
namespace Dn.Projects;

/// <summary>
/// The program of a test project. It runs every method that has the attribute of the project's test runner; the project
/// brings the attribute, as a package or as a source file.
/// </summary>
static class TestProgram
{
    /// <summary>The type that contains <c>Main</c>.</summary>
    public const string TypeName = "DnTestProgram";

    /// <summary>The source of the program. It exits with 0 if all tests passed, 1 if not, 2 if there is none.</summary>
    public static string Source(string runner) => $$"""
        static class {{TypeName}}
        {
            static async System.Threading.Tasks.Task<int> Main(string[] args)
            {
                int passed = 0, failed = 0;
                foreach (var type in typeof({{TypeName}}).Assembly.GetTypes())
                foreach (var method in type.GetMethods())
                {
                    var name = type.FullName + "." + method.Name;
                    var attributes = method.GetCustomAttributes(true).Select(a => a.GetType().Name);
                    if (!attributes.Contains("{{TestRunners.AttributeOf(runner)}}")
                        || (args.Length > 0 && !name.Contains(args[0])))
                        continue;
                    try
                    {
                        var target = method.IsStatic ? null : Activator.CreateInstance(type);
                        if (method.Invoke(target, null) is System.Threading.Tasks.Task task) await task;
                        (target as IDisposable)?.Dispose();
                        Console.WriteLine("passed " + name);
                        passed++;
                    }
                    catch (Exception e)
                    {
                        Console.WriteLine("failed " + name + ": " + (e.InnerException ?? e).Message);
                        failed++;
                    }
                }

                Console.WriteLine(passed + " passed, " + failed + " failed");
                return failed > 0 ? 1 : passed > 0 ? 0 : 2;
            }
        }
        """;
}
