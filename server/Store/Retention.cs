// SPDX-License-Identifier: MIT

namespace Tallymark.Store;

/// <summary>
/// How long events are kept: each as long as its own version of the manifest promised, or shorter if a later version
/// says so (<c>docs/adr/0027-promises-of-a-version.md</c>). Immutable.
/// </summary>
/// <param name="Days">The days of a version that <paramref name="ByVersion"/> does not have.</param>
/// <param name="ByVersion">The days by version of the manifest.</param>
public sealed record Retention(int Days, IReadOnlyDictionary<int, int> ByVersion)
{
    /// <summary>Removes no event.</summary>
    public static Retention Unlimited { get; } = new(int.MaxValue, new Dictionary<int, int>());

    /// <summary>The shortest of all.</summary>
    public int Shortest => ByVersion.Values.Append(Days).Min();

    /// <summary>The same days for all versions.</summary>
    public static implicit operator Retention(int days) => new(days, new Dictionary<int, int>());

    /// <summary>The retention of a tool.</summary>
    /// <param name="manifests">All accepted versions of its manifest, ascending; at least one.</param>
    public static Retention Of(IReadOnlyList<ToolManifest> manifests)
    {
        var byVersion = new Dictionary<int, int>();
        var days = int.MaxValue;
        foreach (var manifest in manifests.Reverse())
            byVersion[manifest.Version] = days = Math.Min(days, manifest.RetentionDays);
        return new Retention(days, byVersion);
    }
}
