// SPDX-License-Identifier: MIT
using Tallymark.Scopes;

namespace Tallymark.Testing;

/// <summary>Who fills in a declared field, by its type (spec/manifest.md, "Scope").</summary>
static class DeclaredFields
{
    /// <summary>True if the SDK or the collector fills it in, so that no test of the tool has to.</summary>
    internal static bool IsBuiltIn(this ScopeField field) => Words(field) is var words && words[0] switch
    {
        "os" or "arch" or "runtime" or "session" or "installation" or "environment" or "machine" or "country" => true,
        "duration" or "version" => !words.Contains("source=program", StringComparer.Ordinal),
        _ => false,
    };

    /// <summary>True if it records <c>other</c> for each value that the manifest does not list.</summary>
    internal static bool IsListed(this ScopeField field) => Words(field)[0] is "enum" or "enum-set";

    static string[] Words(ScopeField field) => field.Kind.Split(' ');
}
