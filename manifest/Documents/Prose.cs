// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Documents;

/// <summary>Pieces of sentences that several generated documents and messages use.</summary>
static class Prose
{
    /// <summary>The contact as people read it: a mail address without <c>mailto:</c>, or a URL.</summary>
    public static string Contact(ToolManifest manifest) =>
        manifest.Contact.StartsWith("mailto:", StringComparison.Ordinal)
            ? manifest.Contact.Substring("mailto:".Length) : manifest.Contact;

    /// <summary>
    /// The address of a link in the manifest: a URL as it is; a path in the repository where GitHub, GitLab and their
    /// relatives serve it.
    /// </summary>
    public static string Address(ToolManifest manifest, string link)
    {
        if (Urls.Parse(link) is not null)
            return link;
        var repository = manifest.Repository.TrimEnd('/');
        if (repository.EndsWith(".git", StringComparison.Ordinal))
            repository = repository.Substring(0, repository.Length - ".git".Length);
        return repository + "/blob/HEAD/" + link;
    }

    /// <summary><c>1 day</c>, <c>90 days</c>.</summary>
    public static string Count(int count, string noun) => count == 1 ? "1 " + noun : $"{count} {noun}s";

    /// <summary><c>a</c>; <c>a or b</c>; <c>a, b, or c</c>.</summary>
    public static string Join(IReadOnlyList<string> parts, string conjunction) =>
        parts.Count < 2 ? string.Concat(parts)
        : parts.Count == 2 ? $"{parts[0]} {conjunction} {parts[1]}"
        : $"{string.Join(", ", parts.Take(parts.Count - 1))}, {conjunction} {parts[parts.Count - 1]}";

    /// <summary>The same with each part as code, in backticks.</summary>
    public static string JoinCode(IEnumerable<string> parts, string conjunction) =>
        Join([.. parts.Select(part => $"`{part}`")], conjunction);

    public static string Capitalize(string text) => char.ToUpperInvariant(text[0]) + text.Substring(1);
}
