// SPDX-License-Identifier: MIT

namespace Tallymark.Manifests.Reading;

/// <summary>The rules for URLs in a manifest.</summary>
static class Urls
{
    /// <summary>Null if the text is not an `https:` or `http:` URL.</summary>
    public static Uri? Parse(string text) =>
        text.Length <= Grammar.MaxTextLength
            && text.All(c => c is > ' ' and < '\x7f' and not ('"' or '\\' or '<' or '>' or '`'))
        && Uri.TryCreate(text, UriKind.Absolute, out var uri) && uri.Scheme is "https" or "http" && uri.Host.Length > 0
            ? uri : null;

    /// <summary>Why a text can't be the URL of a collector; null if it can.</summary>
    public static (DiagnosticKind Kind, string Message)? CheckEndpoint(string text)
    {
        var uri = Parse(text);
        if (uri is null || !uri.AbsolutePath.EndsWith("/v1/batches", StringComparison.Ordinal)
            || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0)
        {
            return (DiagnosticKind.BadEndpoint,
                $"`{new ScalarNode(1, 1, text).Shown}` is not the URL of a collector. "
                + "Write one like `https://telemetry.example.org/v1/batches`, without a user name, `?` or `#`.");
        }

        if (uri.Scheme == "http" && !uri.IsLoopback)
        {
            return (DiagnosticKind.PlainEndpoint, "`http:` sends the data unencrypted. "
                + "Write `https:`; `http:` is allowed only for a loopback address.");
        }

        return null;
    }
}
