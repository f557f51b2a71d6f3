// SPDX-License-Identifier: MIT

using System.Reflection;

namespace Tallymark.PublicApi.Tests;

/// <summary>
/// The public API of each assembly that others reference equals its approved API. A change is therefore always a change
/// of a file in <c>Approved</c>, which a reviewer sees.
/// </summary>
public sealed class PublicApiTests
{
    static readonly Assembly[] Assemblies =
    [
        typeof(TelemetryClient).Assembly,
        Assembly.Load("Tallymark.AspNetCore"),
        Assembly.Load("Tallymark.CommandLine"),
        Assembly.Load("Tallymark.Testing"),
        typeof(Manifests.ToolManifest).Assembly,
    ];

    public static TheoryData<string> Names() => [.. Assemblies.Select(a => a.GetName().Name!)];

    [Theory]
    [MemberData(nameof(Names))]
    public void The_public_API_is_the_approved_one(string assembly)
    {
        var file = new ApiFile(Assemblies.Single(a => a.GetName().Name == assembly));
        if (Environment.GetEnvironmentVariable(ApiFile.AcceptVariable) == "1")
            file.Accept();
        if (file.Current != file.Approved)
            Assert.Fail(Message(assembly, file));
    }

    [Fact]
    public void Each_approved_file_belongs_to_an_assembly() =>
        Assert.Equal(
            Names().Select(row => row.Data + ".txt").Order(StringComparer.Ordinal),
            Directory.GetFiles(ApiFile.Folder).Select(f => Path.GetFileName(f)).Order(StringComparer.Ordinal));

    static string Message(string assembly, ApiFile file)
    {
        var approved = file.Approved.Split('\n');
        var current = file.Current.Split('\n');
        var changes = approved.Except(current, StringComparer.Ordinal).Select(line => "- " + line)
            .Concat(current.Except(approved, StringComparer.Ordinal).Select(line => "+ " + line));
        return $"The public API of {assembly} changed:\n{string.Join('\n', changes)}\n"
            + $"If the change is intended, run this test with {ApiFile.AcceptVariable}=1, which rewrites\n"
            + $"{file.Path}, and commit that file.";
    }
}
