// SPDX-License-Identifier: MIT
namespace Kmpkg.Installing;

/// <summary>The ports that one <c>remove</c> has to remove, in order: each before its dependencies.</summary>
sealed record RemovalPlan(IReadOnlyList<InstalledPort> Ports, IEnumerable<string> Wanted)
{
    /// <summary>
    /// The names on the command line, also of ports that are not installed, and the installed ports that need them.
    /// Complete also if there is a problem.
    /// </summary>
    public IEnumerable<string> Names => Wanted.Concat(Ports.Select(port => port.Name));

    /// <summary>
    /// Makes the plan. A port that others need is removed only with <paramref name="recurse"/>, together with them.
    /// </summary>
    public static RemovalPlan Make(InstalledTree tree, IEnumerable<string> names, bool recurse, out Problem? problem)
    {
        var installed = tree.Ports;
        var wanted = new HashSet<string>(names, StringComparer.Ordinal);
        var ports = new List<InstalledPort>();
        problem = null;
        foreach (var name in wanted.Order(StringComparer.Ordinal).ToList())
        {
            if (installed.Any(port => port.Name == name)) Add(name);
            else problem ??= new(ExitCode.UnknownPort, $"'{name}' is not installed");
        }

        var dependents = ports.Where(port => !wanted.Contains(port.Name)).Select(port => port.Name).ToList();
        if (dependents.Count > 0 && !recurse)
            problem ??= new(
                ExitCode.StillNeeded, $"still needed by {string.Join(", ", dependents)}; --recurse removes them too");
        return new(ports, wanted);

        // Dependents first.
        void Add(string name)
        {
            if (ports.Exists(port => port.Name == name)) return;
            foreach (var other in installed.Where(port => port.Depends.Contains(name))) Add(other.Name);
            ports.Add(installed.Single(port => port.Name == name));
        }
    }
}
