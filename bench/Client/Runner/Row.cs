// SPDX-License-Identifier: MIT
// One row of the table: a way to run the program, what must be true after each run, and what the runs cost.

namespace Tallymark.Bench;

/// <summary>Rows are measured in turn, so that whatever else the machine does meets all of them.</summary>
/// <param name="name">What is measured.</param>
/// <param name="run">Runs it once.</param>
/// <param name="prepare">Not measured: before each run.</param>
/// <param name="check">Not measured: after each run; throws if the run did not do what it is measured for.</param>
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

    /// <summary>Median of the differences to the other row's run of the same round.</summary>
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
