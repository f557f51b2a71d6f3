// SPDX-License-Identifier: MIT
namespace Kmpkg.Catalogue;

/// <summary>The ports that one <c>install</c> has to build, in order: each after its dependencies.</summary>
sealed class InstallPlan
{
    readonly Dictionary<string, bool> _finished = new(StringComparer.Ordinal);
    readonly List<string> _path = [];
    readonly List<string> _names = [];
    readonly List<Port> _ports = [];
    readonly PortCatalogue _catalogue;
    readonly Predicate<string> _isInstalled;
    Problem? _problem;

    InstallPlan(PortCatalogue catalogue, Predicate<string> isInstalled)
    {
        _catalogue = catalogue;
        _isInstalled = isInstalled;
    }

    /// <summary>The ports to build: dependencies first, otherwise in the order of the command line.</summary>
    public IReadOnlyList<Port> Ports => _ports;

    /// <summary>
    /// The names on the command line, installed and unknown ones too, and the ports of the catalogue that have to be
    /// built for them. Complete also if there is a problem.
    /// </summary>
    public IEnumerable<string> Names => _names;

    /// <summary>
    /// Makes the plan, and returns the first problem. A dependency that is not in the catalogue is not a problem here:
    /// the port that needs it fails when it is built, so that the others can still be built.
    /// </summary>
    public static InstallPlan Make(
        PortCatalogue catalogue, IEnumerable<string> names, Predicate<string> isInstalled, out Problem? problem)
    {
        var plan = new InstallPlan(catalogue, isInstalled);
        foreach (var name in names)
        {
            plan._names.Add(name);
            if (!plan.Add(name))
                plan._problem ??= new(ExitCode.UnknownPort, $"unknown port '{name}'; 'kmpkg search' lists all ports");
        }

        problem = plan._problem;
        return plan;
    }

    /// <summary>
    /// Depth first. A port that is reached again before it is finished is part of a cycle. False: there is no such
    /// port.
    /// </summary>
    bool Add(string name)
    {
        if (_isInstalled(name)) return true;
        if (_finished.TryGetValue(name, out var finished))
        {
            if (finished) return true;
            var cycle = string.Join(" -> ", _path.SkipWhile(n => n != name).Append(name));
            _problem ??= new(ExitCode.BadCatalogue, $"these ports depend on each other in a cycle: {cycle}");
            return true;
        }

        var port = _catalogue.Find(name, out var problem);
        _problem ??= problem;
        if (port is null && problem is null) return false;

        _names.Add(name);
        _finished.Add(name, false);
        _path.Add(name);
        foreach (var needed in port?.Depends ?? []) Add(needed);
        _path.RemoveAt(_path.Count - 1);
        _finished[name] = true;
        if (port is not null) _ports.Add(port);
        return true;
    }
}
