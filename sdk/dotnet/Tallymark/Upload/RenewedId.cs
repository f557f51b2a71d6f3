// SPDX-License-Identifier: MIT
using System.Globalization;
using System.Text;

namespace Tallymark.Upload;

/// <summary>
/// A new secret after the collector said that it has deleted this installation (spec/spool.md, "A deleted id"): another
/// machine with a copy of this home folder asked for it. The file <c>renewed</c> says when, for people.
/// </summary>
static class RenewedId
{
    const int MaxFileBytes = 64;

    /// <summary>
    /// Removes the secret if the batch has events under its id; the next event makes another. Running processes begin
    /// again under it, as after <c>delete</c>.
    /// </summary>
    internal static void Renew(
        ToolDefinition tool, StateFolder state, SdkEnvironment environment, byte[] lines, Choice choice)
    {
        if (Installation.Find(state, tool.Tool) is not { } installation
            || lines.AsSpan().IndexOf(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(installation.Id))) < 0)
            return;
        File.Delete(state.Installation);
        var time = environment.Now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture);
        StateFolder.Replace(state.In("renewed"), Encoding.ASCII.GetBytes(time + "\n"));
        if (choice.Error is null)
            SavedChoice.Save(tool, environment, choice.On, choice.Withheld);
    }

    /// <summary>When it happened last, as RFC 3339; null: never, or since then the user has made a new id.</summary>
    internal static string? Read(StateFolder? state)
    {
        Span<byte> text = stackalloc byte[MaxFileBytes];
        var length = state is null ? -1 : RawFile.ReadStart(state.In("renewed"), text);
        return length == DueFile.TimeLength + 1 && DueFile.TryTime(text[..DueFile.TimeLength], out _)
            ? Encoding.ASCII.GetString(text[..DueFile.TimeLength])
            : null;
    }
}
