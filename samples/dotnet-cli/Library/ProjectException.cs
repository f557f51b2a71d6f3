// SPDX-License-Identifier: MIT
namespace Dn.Projects;

/// <summary>The kind of input that made the work impossible.</summary>
public enum ProjectProblem
{
    /// <summary>The project file, or a project that it refers to, is missing or wrong.</summary>
    BadProject,

    /// <summary>A package was not found, or does not fit the project.</summary>
    RestoreFailed,

    /// <summary>The sources have errors.</summary>
    BuildFailed,
}

/// <summary>A project can't be read, restored or built. The message is for the project's author.</summary>
public sealed class ProjectException : Exception
{
    /// <summary>A problem with its message.</summary>
    public ProjectException(ProjectProblem problem, string message)
        : base(message) => Problem = problem;

    /// <summary>The kind of problem.</summary>
    public ProjectProblem Problem { get; }
}
