// SPDX-License-Identifier: MIT
using System.Globalization;

namespace Dn.Projects;

/// <summary>
/// The target frameworks that can be built. All are compiled with the assemblies of the runtime that dn runs on: dn
/// carries no others.
/// </summary>
public static class Frameworks
{
    const int First = 8;

    static readonly string RuntimeFolder = Path.GetDirectoryName(typeof(object).Assembly.Location)!;

    /// <summary>The newest framework that can be built: that of the running runtime.</summary>
    public static string Newest => Name(Environment.Version.Major);

    /// <summary>The major version of a framework.</summary>
    /// <exception cref="ProjectException">This framework can't be built here.</exception>
    public static int Major(string framework)
    {
        for (var major = First; major <= Environment.Version.Major; major++)
        {
            if (framework == Name(major)) return major;
        }

        throw new ProjectException(ProjectProblem.BadProject,
            $"'{framework}' can't be built here. Known frameworks: {Name(First)} to {Newest}.");
    }

    /// <summary>The conditional-compilation symbols of a framework.</summary>
    public static IEnumerable<string> Symbols(string framework)
    {
        var major = Major(framework);
        yield return string.Create(CultureInfo.InvariantCulture, $"NET{major}_0");
        for (var older = First; older <= major; older++)
            yield return string.Create(CultureInfo.InvariantCulture, $"NET{older}_0_OR_GREATER");
    }

    /// <summary>The assemblies of the running runtime.</summary>
    public static IEnumerable<string> Assemblies() =>
        ((string?)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES") ?? "").Split(Path.PathSeparator)
            .Where(file => Path.GetDirectoryName(file) == RuntimeFolder);

    static string Name(int major) => string.Create(CultureInfo.InvariantCulture, $"net{major}.0");
}
