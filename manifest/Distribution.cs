// SPDX-License-Identifier: MIT
// What whoever builds a tool may say in the place of its makers: who distributes this build, and who receives its data.

using System.Security.Cryptography;
using System.Text;

namespace Tallymark.Manifests;

/// <summary>
/// One build's own answers, null where it has none. They never widen what is collected; another recipient is another
/// scope, so its users see the notice again. Immutable.
/// </summary>
/// <param name="Distributor">Who distributes this build, by name.</param>
/// <param name="Endpoint">The distributor's own collector, an address as in a manifest.</param>
/// <param name="Recipient">Who receives the data there, by name.</param>
public sealed record Distribution(string? Distributor, string? Endpoint, string? Recipient)
{
    /// <summary>True if the data goes to somebody else than the manifest says.</summary>
    public bool Redirects => Endpoint is not null && Recipient is not null;

    /// <summary>
    /// What is wrong, as sentences; empty: nothing. The endpoint is held to the manifest's own rules.
    /// </summary>
    public IReadOnlyList<string> Check()
    {
        var wrong = new List<string>();
        if (Endpoint is not null && Addresses.Complaint(Endpoint) is { } complaint)
            wrong.Add("TallymarkEndpoint: " + complaint.Message);
        CheckName(wrong, "TallymarkRecipient", Recipient);
        CheckName(wrong, "TallymarkDistributor", Distributor);
        if (Endpoint is null != Recipient is null)
        {
            wrong.Add((Endpoint is null ? "TallymarkRecipient is set and TallymarkEndpoint is not. "
                : "TallymarkEndpoint is set and TallymarkRecipient is not. ")
                + "Set both or none: the notice names who receives the data at that address.");
        }

        return [.. wrong.Select(Words.Visible)];
    }

    /// <summary>The manifest with this build's recipient and endpoint. Call it only if nothing is wrong.</summary>
    public ToolManifest ApplyTo(ToolManifest manifest) =>
        Redirects ? manifest with { Endpoint = Endpoint!, Recipient = Recipient! } : manifest;

    /// <summary>
    /// The name of the folder in which this build keeps its data: the tool's, or where the data goes to somebody else one
    /// of that recipient, made as a policy's (spec/policy.md). So what one recipient was to get never goes to the other,
    /// nor does an id.
    /// </summary>
    public string FolderOf(ToolManifest manifest)
    {
        if (!Redirects)
            return manifest.Tool;
        using var sha = SHA256.Create();
        var place = sha.ComputeHash(Encoding.UTF8.GetBytes("redirect\n" + Endpoint + "\n" + Recipient));
        return manifest.Tool + "@" + string.Concat(place.Take(8).Select(b => b.ToString("x2", null)));
    }

    static void CheckName(List<string> wrong, string property, string? name)
    {
        if (name is null)
            return;
        if (name.Length > Words.MaxText)
            wrong.Add($"{property} has {name.Length} characters, {Words.MaxText} are allowed. Say it shorter.");
        else if (Words.BadCharacter(name) is >= 0 and var at)
            wrong.Add($"{property} has a character that can't be shown, U+{(int)name[at]:X4}. Write one line of plain text.");
    }
}
