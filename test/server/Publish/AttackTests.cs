// SPDX-License-Identifier: MIT

using System.Numerics;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Publish.Tests;

/// <summary>
/// An attacker has all published rows of a day, of all datasets, and adds and subtracts them. Each atom (a combination
/// of all columns) has its own bit of the count, so the count of a published row tells which atoms are in it. The
/// attacker knows that too, which is more than a real one could know. Every combination of atoms occurs, so the result
/// depends only on the shape of the datasets and not on the events of that day.
/// </summary>
public sealed class AttackTests
{
    const int Minimum = 3;

    static readonly string[] Both = ["install", "remove"];

    static readonly string[] Versions = ["1.0.0", "1.0.1", "2.0.0"];

    static readonly string[] Systems = ["linux debian.12", "windows 10", "windows 11"];

    static readonly Dictionary<string, Dataset[]> Shapes = new(StringComparer.Ordinal)
    {
        ["unrelated columns"] =
        [
            Some.Dataset("versions", Minimum, Both, "version"),
            Some.Dataset("systems", Minimum, Both, "os", "os_version"),
        ],
        ["a column in two datasets"] =
            [Some.Dataset("systems", Minimum, Both, "os", "os_version"), Some.Dataset("families", Minimum, Both, "os")],
        ["a system family and its version in separate datasets"] =
            [Some.Dataset("families", Minimum, Both, "os"), Some.Dataset("releases", Minimum, Both, "os_version")],
        ["an event in two datasets"] =
        [
            Some.Dataset("usage", Minimum, Both, "event", "status"),
            Some.Dataset("removals", Minimum, ["remove"], "version"),
        ],
        ["different minimums for the same events"] =
            [Some.Dataset("usage", Minimum, Both, "event"), Some.Dataset("versions", 2 * Minimum, Both, "version")],
        ["two datasets that overlap with a third"] =
        [
            Some.Dataset("usage", Minimum, Both, "event"), Some.Dataset("versions", Minimum, Both, "version"),
            Some.Dataset("removals", Minimum, ["remove"], "version"),
        ],
    };

    public static TheoryData<string> Names => [.. Shapes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_sum_or_difference_of_rows_reveals_a_small_group(string shape)
    {
        var manifest = Some.Manifest(Shapes[shape]);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(SomeCrowds().ToArbitrary(), crowd =>
        {
            var atoms = Atoms(crowd.Users);
            var rows = PublishedMasks(manifest, atoms);
            foreach (var mask in rows)
                Assert.True(InstallationsIn(atoms, mask) >= Minimum, "a row is below the minimum");
            foreach (var mask in Derivable(rows))
                Assert.True(InstallationsIn(atoms, mask) >= Minimum, $"{mask:x} isolates a small group");
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Datasets_over_the_same_events_show_the_same_days(string shape)
    {
        var manifest = Some.Manifest(Shapes[shape]);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(SomeCrowds().ToArbitrary(), crowd =>
        {
            var totals = Totals(manifest, Atoms(crowd.Users));
            foreach (var same in manifest.Datasets.GroupBy(d => (string.Join(' ', d.Events), d.Minimum)))
                Assert.Single(same.Select(d => totals[d.Name]).Distinct());
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_event_of_a_published_day_is_counted_once_in_each_dataset(string shape)
    {
        var manifest = Some.Manifest(Shapes[shape]);
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(SomeCrowds().ToArbitrary(), crowd =>
        {
            var atoms = Atoms(crowd.Users);
            // Only if each event alone meets the minimum is it certain that no day is left out.
            if (Both.Any(e => InstallationsIn(atoms, Mask(atoms, [e])) < 2 * Minimum))
                return;
            var totals = Totals(manifest, atoms);
            foreach (var dataset in manifest.Datasets)
                Assert.Equal(Mask(atoms, dataset.Events), totals[dataset.Name]);
        }));
    }

    // All combinations of event, status, version and system: 36 atoms. Installation 0 has sent all of them, so that all
    // occur. Each other installation uses one version on one system, and some of the events.
    static List<Atom> Atoms(IReadOnlyList<User> users)
    {
        var atoms = new List<Atom>();
        foreach (var name in Both)
        {
            foreach (var status in new[] { "success", "failure" })
            {
                foreach (var version in Versions)
                {
                    foreach (var system in Systems)
                    {
                        var installations = users.Index()
                            .Where(u => u.Item.Did(name, version, system)).Select(u => u.Index + 1);
                        atoms.Add(new Atom(
                            Some.Day, name,
                            new Dictionary<string, string?>(StringComparer.Ordinal)
                            {
                                ["status"] = status,
                                ["version"] = version,
                                ["os"] = system.Split(' ')[0],
                                ["os_version"] = system.Split(' ')[1],
                            },
                            1L << atoms.Count, [0, .. installations]));
                    }
                }
            }
        }

        return atoms;
    }

    static Gen<Crowd> SomeCrowds()
    {
        var user =
            from version in Gen.Elements(Versions)
            from system in Gen.Elements(Systems)
            from events in Gen.Elements<string[]>(["install"], ["install"], ["remove"], Both)
            select new User(version, system, events);
        return Gen.Choose(0, 12).SelectMany(count => user.ListOf(count)).Select(users => new Crowd([.. users]));
    }

    static List<long> PublishedMasks(ToolManifest manifest, IReadOnlyList<Atom> atoms) =>
        [.. Publish(manifest, atoms).SelectMany(rows => rows.Value)];

    static Dictionary<string, long> Totals(ToolManifest manifest, IReadOnlyList<Atom> atoms) =>
        Publish(manifest, atoms).ToDictionary(rows => rows.Key, rows => rows.Value.Sum(), StringComparer.Ordinal);

    static Dictionary<string, List<long>> Publish(ToolManifest manifest, IReadOnlyList<Atom> atoms)
    {
        using var folder = new TempFolder(inMemory: true);
        var files = new Publisher(new MemoryCells(atoms), new FakeTimeProvider(Some.During))
            .Publish(new PublishRequest(manifest, Some.Quarter, folder.Path, Provisional: true));
        return files.ToDictionary(
            f => f.Dataset, f => Tsv.Read(f.Path).ConvertAll(r => r.Occurrences), StringComparer.Ordinal);
    }

    // Every set of atoms whose count is a sum of rows with factors -1, 0 or 1.
    static HashSet<long> Derivable(List<long> rows)
    {
        Assert.True(rows.Count <= 12, "too many rows to try all sums");
        var found = new HashSet<long>();
        var counts = new int[36];
        Try(0);
        return found;

        void Try(int row)
        {
            if (row == rows.Count)
            {
                if (counts.All(c => c is 0 or 1) && counts.Contains(1))
                    found.Add(counts.Select((c, i) => (long)c << i).Sum());
                return;
            }

            foreach (var factor in new[] { 0, 1, -1 })
            {
                Add(rows[row], factor);
                Try(row + 1);
                Add(rows[row], -factor);
            }
        }

        void Add(long mask, int factor)
        {
            for (; factor != 0 && mask != 0; mask &= mask - 1)
                counts[BitOperations.TrailingZeroCount(mask)] += factor;
        }
    }

    static long Mask(IReadOnlyList<Atom> atoms, IReadOnlyList<string> events) =>
        atoms.Where(a => events.Contains(a.Event, StringComparer.Ordinal)).Sum(a => a.Occurrences);

    static int InstallationsIn(IReadOnlyList<Atom> atoms, long mask) =>
        atoms.Where((_, i) => (mask >> i & 1) == 1).SelectMany(a => a.Installations).Distinct().Count();

    sealed record User(string Version, string System, string[] Events)
    {
        public bool Did(string name, string version, string system) =>
            Events.Contains(name) && Version == version && System == system;
    }

    sealed record Crowd(IReadOnlyList<User> Users)
    {
        public override string ToString() =>
            string.Join("; ", Users.Select(u => $"{u.Version} on {u.System}: {string.Join(' ', u.Events)}"));
    }
}
