// SPDX-License-Identifier: MIT
// The form of a review: each element with its three answers, each event's own elements with all values that they can have.

using System;
using System.Linq;
using Xunit;

namespace Tallymark.Manifests.Tests;

public sealed class ReviewTests
{
    static readonly ToolManifest AllTypes = ManifestReader.Read(Repository.Read("spec", "vectors", "wire", "telemetry.yaml")).Manifest!;

    static readonly string[] Form = ReviewForm.Markdown(AllTypes).Split('\n');

    [Theory]
    [InlineData("digest", "No", "Yes", "No")]
    [InlineData("machine", "Yes", "Yes", "No")]
    [InlineData("session", "No", "Yes", "No")]
    [InlineData("random", "No", "Yes", "No")]
    [InlineData("stack", "No", "No", "Yes")]
    [InlineData("switch", "No", "No", "No")]
    public void Each_element_stands_in_the_first_table_once_with_the_three_answers_of_its_type(
        string field, string personal, string identifier, string sensitive) =>
        Assert.Single(Form, line => line.StartsWith($"| `{field}` | {personal} | {identifier} | {sensitive} | ", StringComparison.Ordinal));

    [Theory]
    [InlineData("| `every` | `colour` | enum | `blue`, `green`, `red`, `other` |")]
    [InlineData("| `every` | `scheme` | uri-scheme | `http`, `https`, `sqlite`, `custom_scheme`, `none` |")]
    [InlineData("| `every` | `switch` | boolean | `true`, `false` |")]
    [InlineData("| `every` | `bucket` | count | A count, rounded down to a bound: 0, 1, 10, 100. |")]
    [InlineData("| `plain` | status | enum | `success`, `failure`, `unknown` |")]
    public void Each_element_of_an_event_stands_in_the_second_table_with_all_its_values(string row) => Assert.Single(Form, line => line == row);

    [Fact]
    public void All_fields_of_all_events_are_in_the_form()
    {
        foreach (var field in AllTypes.Events.SelectMany(AllTypes.FieldsOf))
            Assert.Contains(Form, line => line.StartsWith($"| `{field.Name}` | ", StringComparison.Ordinal));
    }
}
