// SPDX-License-Identifier: MIT
// From the ports that shall go to all that must go with them, each before those it needs.

namespace Kmpkg.Installing;

/// <summary>What one <c>remove</c> has to take out, in order.</summary>
sealed record RemovalPlan(IReadOnlyList<InstalledPort> Ports)
{
    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => Ports.Select(port => port.Name);

    /// <summary>Makes the plan; what others still need goes only with <paramref name="recurse"/>, and then they go too.</summary>
    public static RemovalPlan Make(InstalledTree tree, IEnumerable<string> asked, bool recurse, out Problem? problem)
    {
        var installed = tree.Ports;
        var wanted = new HashSet<string>(asked, StringComparer.Ordinal);
        var ports = new List<InstalledPort>();
        problem = null;
        foreach (var name in wanted.Order(StringComparer.Ordinal).ToList())
        {
            if (installed.Any(port => port.Name == name)) Add(name);
            else problem ??= new(ExitCode.UnknownPort, $"'{name}' is not installed");
        }

        var needy = ports.Where(port => !wanted.Contains(port.Name)).Select(port => port.Name).ToList();
        if (needy.Count > 0 && !recurse)
            problem ??= new(ExitCode.StillNeeded, $"still needed by {string.Join(", ", needy)}; --recurse removes them too");
        return new(ports);

        // The ones that need it go first.
        void Add(string name)
        {
            if (ports.Exists(port => port.Name == name)) return;
            foreach (var other in installed.Where(port => port.Depends.Contains(name))) Add(other.Name);
            ports.Add(installed.Single(port => port.Name == name));
        }
    }
}
