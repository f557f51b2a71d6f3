// SPDX-License-Identifier: MIT
namespace Dn.Projects;

/// <summary>The test runners whose tests dn can run.</summary>
public static class TestRunners
{
    // The attribute that marks a test, by its name: no package is needed to recognise it.
    static readonly Dictionary<string, string> Attributes = new(StringComparer.Ordinal)
    {
        ["mstest"] = "TestMethodAttribute",
        ["nunit"] = "TestAttribute",
        ["xunit"] = "FactAttribute",
    };

    /// <summary>The type name of the attribute that marks a test.</summary>
    /// <exception cref="ProjectException">The test runner is unknown.</exception>
    public static string AttributeOf(string runner) => Attributes.GetValueOrDefault(runner)
        ?? throw new ProjectException(
            ProjectProblem.BadProject, $"'{runner}' is no known test runner. Known test runners: "
            + string.Join(", ", Attributes.Keys.Order(StringComparer.Ordinal)) + ".");
}
