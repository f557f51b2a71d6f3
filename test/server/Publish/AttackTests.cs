// SPDX-License-Identifier: MIT

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

    // Who sends made-up events: how many of them count, and the network of the one with this number.
    static readonly Dictionary<string, (int Counted, Func<int, long> NetworkOf)> Senders = new(StringComparer.Ordinal)
    {
        ["from any networks, on the first day"] = (0, _ => Networks.New),
        ["from one network"] = (3, _ => Networks.Bucket(0, 7)),
        ["from one block of IPv6 networks"] = (10, number => Networks.Bucket(9, (uint)number + 1)),
    };

    public static TheoryData<string> Names => [.. Attacker.Shapes.Keys];

    public static TheoryData<string, string> NamesAndSenders =>
        new(Attacker.Shapes.Keys.SelectMany(shape => Senders.Keys.Select(sender => (shape, sender))));

    [Theory]
    [MemberData(nameof(Names))]
    public void No_sum_or_difference_of_rows_reveals_a_small_group(string shape)
    {
        var manifest = Some.Manifest(Attacker.Shapes[shape](Minimum));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(100), Prop.ForAll(SomeCrowds().ToArbitrary(), crowd =>
        {
            var atoms = Atoms(crowd.Users);
            var rows = PublishedMasks(manifest, atoms);
            foreach (var mask in rows)
                Assert.True(InstallationsIn(atoms, mask) >= Minimum, "a row is below the minimum");
            foreach (var mask in Attacker.Derivable(rows))
                Assert.True(InstallationsIn(atoms, mask) >= Minimum, $"{mask:x} isolates a small group");
        }));
    }

    [Theory]
    [MemberData(nameof(NamesAndSenders))]
    public void Events_that_the_attacker_sends_isolate_no_small_group(string shape, string sender) =>
        TryToIsolate(shape, sender, Senders[sender].NetworkOf);

    [Theory]
    [MemberData(nameof(NamesAndSenders))]
    public void Without_the_protection_they_do(string shape, string sender) =>
        Assert.ThrowsAny<Exception>(() => TryToIsolate(shape, sender, _ => Networks.Unknown));

    // The attacker subtracts what the made-up installations sent, so what remains of every row, sum and difference must
    // still have enough real ones.
    static void TryToIsolate(string shape, string sender, Func<int, long> networkOf)
    {
        var counted = Senders[sender].Counted;
        var manifest = Some.Manifest(Attacker.Shapes[shape](Minimum + counted));
        var crowds =
            from real in SomeCrowds(9)
            from madeUp in SomeCrowds(1)
            select (
                Real: real.Users,
                MadeUp: Enumerable.Repeat(madeUp.Users, Minimum + (2 * counted)).SelectMany(users => users));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(crowds.ToArbitrary(), crowd =>
        {
            var atoms = Atoms(
                [.. crowd.Real, .. crowd.MadeUp], number => IsReal(number) ? Networks.Unknown : networkOf(number));
            var rows = PublishedMasks(manifest, atoms);
            foreach (var mask in Attacker.Derivable(rows).Concat(rows))
                Assert.True(InstallationsIn(atoms, mask, IsReal) >= Minimum, $"{mask:x} isolates a small group");

            bool IsReal(int number) => number >= 1 && number <= crowd.Real.Count;
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Datasets_over_the_same_events_show_the_same_days(string shape)
    {
        var manifest = Some.Manifest(Attacker.Shapes[shape](Minimum));
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
        var manifest = Some.Manifest(Attacker.Shapes[shape](Minimum));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(SomeCrowds().ToArbitrary(), crowd =>
        {
            var atoms = Atoms(crowd.Users);
            // Only if each event alone meets the minimum is it certain that no day is left out.
            if (Attacker.Both.Any(e => InstallationsIn(atoms, Mask(atoms, [e])) < 2 * Minimum))
                return;
            var totals = Totals(manifest, atoms);
            foreach (var dataset in manifest.Datasets)
                Assert.Equal(Mask(atoms, dataset.Events), totals[dataset.Name]);
        }));
    }

    // All combinations of event, status, version and system: 36 atoms. Installation 0 has sent all of them, so that all
    // occur. Each other installation uses one version on one system, and some of the events.
    static List<Atom> Atoms(IReadOnlyList<User> users, Func<int, long>? networkOf = null)
    {
        var atoms = new List<Atom>();
        foreach (var name in Attacker.Both)
        {
            foreach (var status in new[] { "success", "failure" })
            {
                foreach (var version in Attacker.Versions)
                {
                    foreach (var system in Attacker.Systems)
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
                            1L << atoms.Count, [0, .. installations])
                        {
                            NetworkOf = networkOf ?? (_ => Networks.Unknown),
                        });
                    }
                }
            }
        }

        return atoms;
    }

    static Gen<Crowd> SomeCrowds(int max = 12)
    {
        var user =
            from version in Gen.Elements(Attacker.Versions)
            from system in Gen.Elements(Attacker.Systems)
            from events in Gen.Elements<string[]>(["install"], ["install"], ["remove"], Attacker.Both)
            select new User(version, system, events);
        return Gen.Choose(0, max).SelectMany(count => user.ListOf(count)).Select(users => new Crowd([.. users]));
    }

    static List<long> PublishedMasks(ToolManifest manifest, IReadOnlyList<Atom> atoms) =>
        [.. Publish(manifest, atoms).SelectMany(rows => rows.Value)];

    static Dictionary<string, long> Totals(ToolManifest manifest, IReadOnlyList<Atom> atoms) =>
        Publish(manifest, atoms).ToDictionary(rows => rows.Key, rows => rows.Value.Sum(), StringComparer.Ordinal);

    static Dictionary<string, List<long>> Publish(ToolManifest manifest, IReadOnlyList<Atom> atoms)
    {
        using var folder = new TempFolder(inMemory: true);
        var files = new Publisher(new MemoryCells(atoms), new FakeTimeProvider(Some.Closed))
            .Publish(new PublishRequest([manifest], Some.Quarter, folder["public"], folder["days"]));
        return files.ToDictionary(
            f => f.Dataset, f => Tsv.Read(f.Path).ConvertAll(r => r.Occurrences), StringComparer.Ordinal);
    }

    static long Mask(IReadOnlyList<Atom> atoms, IReadOnlyList<string> events) =>
        atoms.Where(a => events.Contains(a.Event, StringComparer.Ordinal)).Sum(a => a.Occurrences);

    static int InstallationsIn(IReadOnlyList<Atom> atoms, long mask, Func<int, bool>? isIn = null) =>
        atoms.Where((_, i) => (mask >> i & 1) == 1).SelectMany(a => a.Installations).Distinct()
            .Count(isIn ?? (_ => true));

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
