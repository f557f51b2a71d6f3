// SPDX-License-Identifier: MIT
using System.Text;

namespace Tallymark.Consent;

/// <summary>Proves to a collector that an id which has ended was this user's (spec/choice.md, "delete").</summary>
/// <param name="Hex">64 hexadecimal digits.</param>
/// <param name="Endpoint">Where the events of that id were sent, as the user had agreed; null: unknown.</param>
readonly record struct DeletionProof(string Hex, string? Endpoint);

/// <summary>The file <c>proofs</c> in a recipient's folder. It is replaced as a whole.</summary>
static class ProofFile
{
    const int HexLength = 64;
    const int MaxFileBytes = 4 * 1024 * 1024;

    /// <summary>Oldest first. Invalid lines are skipped: one would make the whole request malformed.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    internal static List<DeletionProof> Read(StateFolder state)
    {
        var proofs = new List<DeletionProof>();
        var text = RawFile.ReadAll(state.Proofs, MaxFileBytes) is { } bytes ? Encoding.UTF8.GetString(bytes) : "";
        foreach (var line in text.Split('\n'))
        {
            if (line.Split(' ') is [{ Length: HexLength } hex, ..] words
                && hex.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0)
                proofs.Add(new DeletionProof(hex, words.Length == 2 ? words[1] : null));
        }

        return proofs;
    }

    /// <summary>Adds the proof of an id that ends now, unless the file has it.</summary>
    internal static void Add(StateFolder state, string hex)
    {
        var proofs = IsUsable(state) ? Read(state) : [];
        if (proofs.Exists(proof => proof.Hex == hex))
            return;
        proofs.Add(new DeletionProof(hex, Receipt.EndpointIn(state)));
        Write(state, proofs);
    }

    /// <summary>Removes the proofs of ids that a collector has deleted.</summary>
    internal static void Remove(StateFolder state, List<DeletionProof> deleted)
    {
        var left = Read(state).FindAll(proof => !deleted.Contains(proof));
        if (left.Count == 0)
            File.Delete(state.Proofs);
        else
            Write(state, left);
    }

    // Another kind of file in its place has no proofs, and is replaced.
    static bool IsUsable(StateFolder state) => !File.Exists(state.Proofs) || Libc.IsOwnFile(state.Proofs);

    static void Write(StateFolder state, List<DeletionProof> proofs)
    {
        var text = new StringBuilder();
        foreach (var proof in proofs)
            text.Append(proof.Hex).Append(proof.Endpoint is null ? "" : " " + proof.Endpoint).Append('\n');
        StateFolder.Replace(state.Proofs, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
