// SPDX-License-Identifier: MIT
// Ties a test to the promises of docs/claims.md that it proves.

using System.Reflection;
using Xunit.v3;

namespace Tallymark.FrontDoor;

/// <summary>
/// The test proves these claims, through the front door: one that took none of the <see cref="Door"/>s fails. The ids become
/// the trait <c>claim</c>, from which <c>./test.sh --claims</c> counts.
/// </summary>
[AttributeUsage(AttributeTargets.Method)]
sealed class ClaimAttribute(params string[] ids) : BeforeAfterTestAttribute, ITraitAttribute
{
    /// <summary>Ids of docs/claims.md.</summary>
    public IReadOnlyList<string> Ids { get; } = ids;

    public IReadOnlyCollection<KeyValuePair<string, string>> GetTraits() => [.. Ids.Select(id => KeyValuePair.Create("claim", id))];

    public override void After(MethodInfo methodUnderTest, IXunitTest test) =>
        Assert.True(
            Doors.TakeOf(test.UniqueID).Count > 0,
            "A claim is proved through the front door: this test ran no tool, asked no collector, read no published file and opened no page.");
}
