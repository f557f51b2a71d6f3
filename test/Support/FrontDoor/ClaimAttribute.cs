// SPDX-License-Identifier: MIT

using System.Reflection;
using Xunit.v3;

namespace Tallymark.FrontDoor;

/// <summary>
/// Marks a test that proves claims of docs/claims.md from outside the product. The test fails if it used no
/// <see cref="EntryPoint"/>. The ids become the trait <c>claim</c>, which <c>./test.sh --claims</c> counts.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ClaimAttribute(params string[] ids) : BeforeAfterTestAttribute, ITraitAttribute
{
    /// <summary>Ids of docs/claims.md.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() =>
        [.. Ids.Select(id => KeyValuePair.Create("claim", id))];

    public override void After(MethodInfo methodUnderTest, IXunitTest test) =>
        Assert.True(
            EntryPointLog.Remove(test.UniqueID).Count > 0,
            "A claim must be proved from outside the product: this test ran no tool, sent no request to a "
            + "collector, read no published file and opened no page.");
}
