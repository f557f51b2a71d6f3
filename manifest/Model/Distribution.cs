// SPDX-License-Identifier: MIT

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Manifests;

/// <summary>
/// Settings of a build that someone other than the tool's makers distributes; null where the build does not set them.
/// They never widen what is collected. Another recipient is another scope, so its users see the notice again.
/// Immutable.
/// </summary>
/// <param name="Distributor">The name of the organisation or person who distributes this build.</param>
/// <param name="Endpoint">The URL of the distributor's own collector, as in a manifest.</param>
/// <param name="Recipient">The name of the organisation or person who receives the data at that URL.</param>
public sealed record Distribution(string? Distributor, string? Endpoint, string? Recipient)
{
    /// <summary>True if this build sends data to a recipient other than the manifest's.</summary>
    public bool Redirects => Endpoint is not null && Recipient is not null;

    /// <summary>
    /// The mistakes in these settings, one sentence each; empty if there are none. The endpoint must satisfy the rules
    /// of a manifest's endpoint.
    /// </summary>
    public IReadOnlyList<string> Check()
    {
        var mistakes = new List<string>();
        if (Endpoint is not null && Urls.CheckEndpoint(Endpoint) is { } mistake)
            mistakes.Add("TallymarkEndpoint: " + mistake.Message);
        CheckName(mistakes, "TallymarkRecipient", Recipient);
        CheckName(mistakes, "TallymarkDistributor", Distributor);
        if (Endpoint is null != Recipient is null)
        {
            mistakes.Add((Endpoint is null ? "TallymarkRecipient is set and TallymarkEndpoint is not. "
                : "TallymarkEndpoint is set and TallymarkRecipient is not. ")
                + "Set both or neither: the notice names the recipient of the data.");
        }

        return [.. mistakes.Select(Grammar.ReplaceUnprintable)];
    }

    /// <summary>
    /// The manifest with this build's recipient and endpoint. Call it only if <see cref="Check"/> found no mistake.
    /// </summary>
    public ToolManifest ApplyTo(ToolManifest manifest) =>
        Redirects ? manifest with { Endpoint = Endpoint!, Recipient = Recipient! } : manifest;

    /// <summary>
    /// The name of the folder in which this build keeps its data: the tool's name or, for another recipient, a name
    /// derived like that of a policy's redirect (<c>spec/policy.md</c>). Separate folders guarantee that data or ids
    /// meant for one recipient never reach the other.
    /// </summary>
    public string FolderOf(ToolManifest manifest)
    {
        if (!Redirects)
            return manifest.Tool;
        using var sha = SHA256.Create();
        var hash = sha.ComputeHash(Encoding.UTF8.GetBytes("redirect\n" + Endpoint + "\n" + Recipient));
        return manifest.Tool + "@" + string.Concat(hash.Take(8).Select(b => b.ToString("x2", null)));
    }

    static void CheckName(List<string> mistakes, string property, string? name)
    {
        if (name is null)
            return;
        if (name.Length > Grammar.MaxTextLength)
        {
            mistakes.Add($"{property} has {name.Length} characters, but at most {Grammar.MaxTextLength} are allowed. "
                + "Shorten it.");
        }
        else if (Grammar.IndexOfUnprintable(name) is >= 0 and var at)
        {
            mistakes.Add($"{property} contains a character that can't be printed, U+{(int)name[at]:X4}. "
                + "Write one line of plain text.");
        }
    }
}
