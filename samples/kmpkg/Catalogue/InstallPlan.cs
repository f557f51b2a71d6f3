// SPDX-License-Identifier: MIT
// From the ports that were asked for to all that must be built, each after those it needs.

namespace Kmpkg.Catalogue;

/// <summary>What one <c>install</c> has to build, in order.</summary>
sealed class InstallPlan
{
    readonly Dictionary<string, bool> _finished = new(StringComparer.Ordinal);
    readonly List<string> _way = [];
    readonly List<Port> _ports = [];
    readonly PortCatalogue _catalogue;
    readonly Predicate<string> _isInstalled;

    InstallPlan(PortCatalogue catalogue, Predicate<string> isInstalled)
    {
        _catalogue = catalogue;
        _isInstalled = isInstalled;
    }

    /// <summary>The ports to build: needed ones first, otherwise in the order that they were asked for.</summary>
    public IReadOnlyList<Port> Ports => _ports;

    /// <summary>Their names.</summary>
    public IEnumerable<string> Names => _ports.Select(port => port.Name);

    /// <summary>
    /// Makes the plan, or finds out why there is none. A port that is needed but is not in the catalogue is no
    /// problem here: it shows when its turn comes, so that the others can still be built.
    /// </summary>
    public static InstallPlan Make(
        PortCatalogue catalogue, IEnumerable<string> asked, Predicate<string> isInstalled, out Problem? problem)
    {
        var plan = new InstallPlan(catalogue, isInstalled);
        problem = null;
        foreach (var name in asked)
        {
            problem = plan.Add(name, askedFor: true);
            if (problem is not null) break;
        }

        return plan;
    }

    /// <summary>Depth first: a port that is met again before it is finished needs itself.</summary>
    Problem? Add(string name, bool askedFor)
    {
        if (_isInstalled(name)) return null;
        if (_finished.TryGetValue(name, out var finished))
        {
            if (finished) return null;
            var circle = string.Join(" -> ", _way.SkipWhile(n => n != name).Append(name));
            return new(ExitCode.BadCatalogue, $"these ports need each other in a circle: {circle}");
        }

        var port = _catalogue.Find(name, out var problem);
        if (problem is not null) return problem;
        if (port is null)
            return askedFor ? new(ExitCode.UnknownPort, $"there is no port '{name}'; 'kmpkg search' shows them all") : null;

        _finished.Add(name, false);
        _way.Add(name);
        foreach (var needed in port.Depends)
        {
            problem = Add(needed, askedFor: false);
            if (problem is not null) return problem;
        }

        _way.RemoveAt(_way.Count - 1);
        _finished[name] = true;
        _ports.Add(port);
        return null;
    }
}
