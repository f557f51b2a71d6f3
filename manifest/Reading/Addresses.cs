// SPDX-License-Identifier: MIT
// Which texts are addresses, and which addresses can be a collector's.

namespace Tallymark.Manifests.Reading;

static class Addresses
{
    /// <summary>The address that a text is; null if it is none of `https:` or `http:`.</summary>
    public static Uri? Of(string text) =>
        text.Length <= Words.MaxText
            && text.All(c => c is > ' ' and < '\x7f' and not ('"' or '\\' or '<' or '>' or '`'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.Host.Length > 0
            ? uri : null;

    /// <summary>What keeps a text from being the address of a collector; null: nothing.</summary>
    public static (Rule Rule, string Message)? Complaint(string text)
    {
        var uri = Of(text);
        if (uri is null || !uri.AbsolutePath.EndsWith("/v1/batches", StringComparison.Ordinal)
            || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0)
        {
            return (Rule.BadEndpoint, $"`{new ScalarNode(1, 1, text).Shown}` is not the address of a collector. "
                + "Write one like `https://telemetry.example.org/v1/batches`, without name, `?` and `#`.");
        }

        if (uri.Scheme == "http" && !uri.IsLoopback)
        {
            return (Rule.PlainEndpoint, "Over `http:` anybody on the way can read along. "
                + "Write `https:`; `http:` is only for a loopback address.");
        }

        return null;
    }
}
