#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# xunit.v3 writes a test's traits into its CTRF report in two different shapes.
#   3.2.2: results.tests[].extra.traits, each trait a list of values.
#   4.0.2: results.tests[].labels, a trait with one value a string, a trait with several values a list;
#          extra.traits is gone.
# A program that counts tests by trait and reads the old place finds none and reports no error.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

# report VERSION: builds two tests with that version, runs them, and prints where each trait is.
report() {
  local folder=$work/$1
  mkdir -p "$folder"
  cat >"$folder/Program.csproj" <<X
<Project Sdk="Microsoft.NET.Sdk">
  <PropertyGroup>
    <TargetFramework>net10.0</TargetFramework>
    <OutputType>Exe</OutputType>
    <ImplicitUsings>enable</ImplicitUsings>
    <NuGetAudit>false</NuGetAudit>
  </PropertyGroup>
  <ItemGroup><PackageReference Include="xunit.v3" Version="[$1]" /></ItemGroup>
</Project>
X
  cat >"$folder/TraitTests.cs" <<'X'
using Xunit;
public sealed class TraitTests
{
    [Fact, Trait("claim", "A-1")] public void One() { }
    [Fact, Trait("claim", "A-1"), Trait("claim", "A-2")] public void Two() { }
}
X
  dotnet build "$folder/Program.csproj" --output "$folder/out" --nologo --verbosity quiet -clp:NoSummary >&2
  "$folder/out/Program" -noLogo -ctrf "$folder/report.json" >/dev/null
  node -e '
    // The order of several values is not part of the finding.
    const text = (value) => JSON.stringify(Array.isArray(value) ? value.sort() : value);
    const tests = JSON.parse(require("fs").readFileSync(process.argv[2])).results.tests;
    for (const test of tests.sort((a, b) => a.name < b.name ? -1 : 1)) {
      console.log(`${process.argv[1]} ${test.name}: labels=${text(test.labels?.claim)} ` +
        `extra.traits=${text(test.extra?.traits?.claim)}`);
    }' "$1" "$folder/report.json"
}

expected='3.2.2 TraitTests.One: labels=undefined extra.traits=["A-1"]
3.2.2 TraitTests.Two: labels=undefined extra.traits=["A-1","A-2"]
4.0.2 TraitTests.One: labels="A-1" extra.traits=undefined
4.0.2 TraitTests.Two: labels=["A-1","A-2"] extra.traits=undefined'
seen=$(report 3.2.2; report 4.0.2)
printf '%s\n' "$seen"
if [ "$seen" != "$expected" ]; then
  printf 'The behaviour has changed. Expected:\n%s\n' "$expected"
  exit 1
fi
