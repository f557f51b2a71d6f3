// SPDX-License-Identifier: MIT
// What proves to a collector that ids which have ended were this user's (spec/choice.md, "delete").

using System.Text;

namespace Tallymark.Consent;

/// <summary>The proof of one id.</summary>
/// <param name="Hex">64 hexadecimal digits.</param>
/// <param name="Endpoint">Where the events of that id were sent, as the user had agreed; null: it is not known.</param>
readonly record struct Proof(string Hex, string? Endpoint);

/// <summary>The file of a recipient's folder. It is replaced as a whole.</summary>
static class Proofs
{
    const int Digits = 64;

    /// <summary>Oldest first. A line that is none is passed over: with it a whole request would be malformed.</summary>
    internal static List<Proof> Read(StateFolder state)
    {
        var proofs = new List<Proof>();
        foreach (var line in File.Exists(state.Proofs) ? File.ReadAllLines(state.Proofs) : [])
        {
            if (line.Split(' ') is [{ Length: Digits } hex, ..] words && hex.AsSpan().IndexOfAnyExcept("0123456789abcdef") < 0)
                proofs.Add(new Proof(hex, words.Length == 2 ? words[1] : null));
        }

        return proofs;
    }

    /// <summary>Adds the proof of an id that ends now, unless it is there.</summary>
    internal static void Add(StateFolder state, string hex)
    {
        var proofs = Read(state);
        if (proofs.Exists(proof => proof.Hex == hex))
            return;
        proofs.Add(new Proof(hex, Receipt.EndpointIn(state)));
        Write(state, proofs);
    }

    /// <summary>Takes those away whose ids a collector has deleted.</summary>
    internal static void Remove(StateFolder state, List<Proof> deleted)
    {
        var left = Read(state).FindAll(proof => !deleted.Contains(proof));
        if (left.Count == 0)
            File.Delete(state.Proofs);
        else
            Write(state, left);
    }

    static void Write(StateFolder state, List<Proof> proofs)
    {
        var text = new StringBuilder();
        foreach (var proof in proofs)
            text.Append(proof.Hex).Append(proof.Endpoint is null ? "" : " " + proof.Endpoint).Append('\n');
        StateFolder.Replace(state.Proofs, Encoding.UTF8.GetBytes(text.ToString()));
    }
}
