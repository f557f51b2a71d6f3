// SPDX-License-Identifier: MIT
namespace Kmpkg.Catalogue;

/// <summary>The ports that one <c>install</c> has to build, in order: each after its dependencies.</summary>
sealed class InstallPlan
{
    readonly Dictionary<string, bool> _finished = new(StringComparer.Ordinal);
    readonly List<string> _path = [];
    readonly List<Port> _ports = [];
    readonly PortCatalogue _catalogue;
    readonly Predicate<string> _isInstalled;

    InstallPlan(PortCatalogue catalogue, Predicate<string> isInstalled)
    {
        _catalogue = catalogue;
        _isInstalled = isInstalled;
    }

    /// <summary>The ports to build: dependencies first, otherwise in the order of the command line.</summary>
    public IReadOnlyList<Port> Ports => _ports;

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => _ports.Select(port => port.Name);

    /// <summary>
    /// Makes the plan, or returns the problem. A dependency that is not in the catalogue is not a problem here: the
    /// port that needs it fails when it is built, so that the others can still be built.
    /// </summary>
    public static InstallPlan Make(
        PortCatalogue catalogue, IEnumerable<string> names, Predicate<string> isInstalled, out Problem? problem)
    {
        var plan = new InstallPlan(catalogue, isInstalled);
        problem = null;
        foreach (var name in names)
        {
            problem = plan.Add(name, requested: true);
            if (problem is not null) break;
        }

        return plan;
    }

    /// <summary>Depth first. A port that is reached again before it is finished is part of a cycle.</summary>
    Problem? Add(string name, bool requested)
    {
        if (_isInstalled(name)) return null;
        if (_finished.TryGetValue(name, out var finished))
        {
            if (finished) return null;
            var cycle = string.Join(" -> ", _path.SkipWhile(n => n != name).Append(name));
            return new(ExitCode.BadCatalogue, $"these ports depend on each other in a cycle: {cycle}");
        }

        var port = _catalogue.Find(name, out var problem);
        if (problem is not null) return problem;
        if (port is null)
            return requested
                ? new(ExitCode.UnknownPort, $"unknown port '{name}'; 'kmpkg search' lists all ports")
                : null;

        _finished.Add(name, false);
        _path.Add(name);
        foreach (var needed in port.Depends)
        {
            problem = Add(needed, requested: false);
            if (problem is not null) return problem;
        }

        _path.RemoveAt(_path.Count - 1);
        _finished[name] = true;
        _ports.Add(port);
        return null;
    }
}
