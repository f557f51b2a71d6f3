// SPDX-License-Identifier: MIT

using System.Reflection;
using Xunit.v3;

namespace Tallymark.FrontDoor;

/// <summary>
/// Marks a test that proves claims of docs/claims.md from outside the product. The test fails if it used no
/// <see cref="EntryPoint"/>. The ids become the trait <c>claim</c>, which <c>./test.sh --claims</c> counts. The test's
/// output names the sample tools that it ran.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ClaimAttribute(params string[] ids) : BeforeAfterTestAttribute, ITraitAttribute
{
    /// <summary>Ids of docs/claims.md.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [.. Ids.Select(id => KeyValuePair.Create("claim", id))];

    public override void After(MethodInfo methodUnderTest, IXunitTest test)
    {
        var used = EntryPointLog.Remove(test.UniqueID);
        Assert.True(
            used.Count > 0,
            "A claim must be proved from outside the product: this test ran no tool, sent no request to a "
            + "collector, read no published file and opened no page.");

        // eng/claims.mjs reads this line from the report.
        var samples = used.Select(u => u.Sample?.Name).OfType<string>().Distinct(StringComparer.Ordinal).ToList();
        if (samples.Count > 0)
            TestContext.Current.TestOutputHelper!.WriteLine("samples: " + string.Join(' ', samples));
    }
}
