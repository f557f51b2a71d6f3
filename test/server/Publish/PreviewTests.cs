// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using FsCheck;
using FsCheck.Fluent;

namespace Tallymark.Publish.Tests;

/// <summary>
/// An attacker looks at the previews of a day, again and again, while events arrive and users delete theirs, then at
/// the release, and adds and subtracts the rows of all looks. Each event has its own bit of the count.
/// </summary>
public sealed class PreviewTests
{
    const int Minimum = 3;

    static readonly DateOnly Day = new(2026, 10, 3);

    // The first look is too early to show the day, the last one is the release.
    static readonly DateTimeOffset[] Looks =
    [
        Some.Shown(Day).AddSeconds(-1), Some.Shown(Day), Some.Shown(Day).AddMinutes(1), Some.Shown(Day).AddDays(1),
        Some.Closed,
    ];

    static readonly Dataset Usage = Some.Dataset("usage", 20, ["install", "remove"], "event");
    static readonly Dataset Wider = Some.Dataset("usage", 20, ["install", "remove"], "event", "os");

    public static TheoryData<string> Names => [.. Attacker.Shapes.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void No_two_looks_can_be_subtracted_to_a_small_group(string shape) => Attack(shape, isFoldedOnce: true);

    [Theory]
    [MemberData(nameof(Names))]
    public void If_a_day_is_counted_again_for_each_look_they_can(string shape) =>
        Assert.ThrowsAny<Exception>(() => Attack(shape, isFoldedOnce: false));

    [Fact]
    public void A_group_below_the_minimum_leaves_no_trace_in_a_preview()
    {
        ToolManifest[] manifests =
        [
            Some.Manifest(Usage), Some.Manifest(Usage) with { Version = 2 }, Some.Manifest(Wider) with { Version = 3 },
        ];
        Atom[] shown = [Used(Day, "install", 1, first: 0, count: 25)];
        Assert.Equal(Preview(manifests, shown), Preview(manifests, [
            .. shown,
            Used(Day.AddDays(-1), "remove", 1, first: 0, count: 5), // a day with too few
            Used(Day, "install", 3, first: 0, count: 1),            // a version with datasets of its own
        ]));

        // Which of two versions that share a partition an installation uses.
        Assert.Equal(
            Preview(manifests, [.. shown, Used(Day, "install", 1, first: 90, count: 1)]),
            Preview(manifests, [.. shown, Used(Day, "install", 2, first: 90, count: 1)]));
        Assert.NotEqual(Preview(manifests, shown), Preview(manifests, [Used(Day, "install", 1, first: 0, count: 26)]));
    }

    static void Attack(string shape, bool isFoldedOnce)
    {
        var manifest = Some.Manifest(Attacker.Shapes[shape](Minimum));
        var users = Gen.Choose(0, 14).SelectMany(count => SomeUser().ListOf(count));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(40), Prop.ForAll(users.ToArbitrary(), some =>
        {
            List<(string Event, int Number, User User)> events =
                [.. some.Index().SelectMany(user => user.Item.Events.Select(e => (e, user.Index, user.Item)))];
            using var folder = new TempFolder(inMemory: true);
            var rows = new HashSet<long>();
            var released = new List<long>();
            for (var look = 0; look < Looks.Length; look++)
            {
                var atoms = events.Index().Where(e => e.Item.User.IsStored(look))
                    .Select(e => AtomOf(e.Item, 1L << e.Index));
                var found = Look(manifest, atoms, look, folder.Path, isFoldedOnce ? "days" : $"days-{look}");
                if (look == 0)
                    Assert.Empty(found);
                released = [.. found];
                rows.UnionWith(released);
            }

            // With few events columns can follow from each other, in one look too (ADR 0005, "Limits"). That is no
            // matter of looks, so only what the release alone does not give counts here.
            var alone = Attacker.Derivable([.. released.Distinct()]);

            foreach (var mask in Combined([.. rows]))
            {
                var installations = events.Index().Where(e => (mask >> e.Index & 1) == 1)
                    .Select(e => e.Item.Number).Distinct().Count();
                Assert.True(
                    installations >= Minimum || alone.Contains(mask), $"{mask:x} isolates a small group");
            }
        }));
    }

    static IEnumerable<long> Look(
        ToolManifest manifest, IEnumerable<Atom> atoms, int look, string folder, string days)
    {
        var files = new Publisher(new MemoryCells(atoms), new FakeTimeProvider(Looks[look])).Publish(
            new PublishRequest(
                [manifest], Some.Quarter, Path.Combine(folder, "public"), Path.Combine(folder, days),
                Provisional: look < Looks.Length - 1));
        return files.SelectMany(file => Tsv.Read(file.Path)).Select(row => row.Occurrences);
    }

    // All sums of rows if these are few; otherwise each row without another one that is in it, which is enough to show
    // that the protection is missing.
    static IEnumerable<long> Combined(List<long> rows) => rows.Count <= 12
        ? Attacker.Derivable(rows)
        : rows.SelectMany(row => rows.Where(part => part != row && (row & part) == part).Select(part => row & ~part));

    static Gen<User> SomeUser() =>
        from version in Gen.Elements(Attacker.Versions)
        from system in Gen.Elements(Attacker.Systems)
        from events in Gen.Elements<string[]>(["install"], ["install"], ["remove"], Attacker.Both)
        from arrives in Gen.Elements(0, 0, 0, 1, 2, 3)
        from stays in Gen.Elements(1, 2, 3, Looks.Length, Looks.Length)
        select new User(version, system, events, arrives, stays);

    static Atom AtomOf((string Event, int Number, User User) e, long bit) => new(
        Day, e.Event,
        new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            ["status"] = "success",
            ["version"] = e.User.Version,
            ["os"] = e.User.System.Split(' ')[0],
            ["os_version"] = e.User.System.Split(' ')[1],
        },
        bit, [e.Number]);

    static Atom Used(DateOnly day, string name, int version, int first, int count) => new(
        day, name, new Dictionary<string, string?>(StringComparer.Ordinal) { ["os"] = "linux" }, count,
        [.. Some.Installations(count, first)])
    {
        Version = version,
    };

    // The name of every file of a preview and a hash of its bytes.
    static string Preview(ToolManifest[] manifests, Atom[] atoms)
    {
        using var folder = new TempFolder(inMemory: true);
        new Publisher(new MemoryCells(atoms), new FakeTimeProvider(Some.Shown(Day))).Publish(
            new PublishRequest(manifests, Some.Quarter, folder["public"], folder["days"], Provisional: true));
        return string.Join('\n', Directory.GetFiles(folder["public"], "*", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(file => $"{Path.GetRelativePath(folder.Path, file)} {Hash(file)}"));
    }

    static string Hash(string file) => Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(file)));

    // Events that are in the store from one look to another; the second one is the first look after their deletion.
    sealed record User(string Version, string System, string[] Events, int Arrives, int Leaves)
    {
        public bool IsStored(int look) => look >= Arrives && look < Arrives + Leaves;
    }
}
