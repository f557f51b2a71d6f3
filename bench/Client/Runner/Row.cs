// SPDX-License-Identifier: MIT

namespace Tallymark.Bench;

/// <summary>
/// One row of the table: how to run a program, the check after each run, and the costs of the runs. Rows are measured
/// in turns, so that other work on the machine affects all of them.
/// </summary>
/// <param name="name">The name in the table.</param>
/// <param name="run">Runs the program once.</param>
/// <param name="prepare">Called before each run; not measured.</param>
/// <param name="check">Called after each run; not measured. Throws if the run did not do its work.</param>
sealed class Row(string name, Func<Cost> run, Action? prepare = null, Action? check = null)
{
    readonly List<Cost> _costs = [];

    internal string Name { get; } = name;

    internal void RunOnce(bool keep)
    {
        prepare?.Invoke();
        var cost = run();
        check?.Invoke();
        if (keep)
            _costs.Add(cost);
    }

    internal double Elapsed => Median(_costs.ConvertAll(cost => cost.Elapsed));

    internal double Processor => Median(_costs.ConvertAll(cost => cost.Processor));

    /// <summary>The median of the differences to the other row's run in the same round.</summary>
    internal double AddedTo(Row other) => Median(Differences(other, cost => cost.Elapsed));

    internal double AddedProcessorTo(Row other) => Median(Differences(other, cost => cost.Processor));

    List<double> Differences(Row other, Func<Cost, double> of)
    {
        var all = new List<double>();
        for (var i = 0; i < _costs.Count; i++)
            all.Add(of(_costs[i]) - of(other._costs[i]));
        return all;
    }

    static double Median(List<double> all)
    {
        all.Sort();
        return (all[(all.Count - 1) / 2] + all[all.Count / 2]) / 2;
    }
}
