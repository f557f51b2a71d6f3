// SPDX-License-Identifier: MIT
// Who comes with which token, and whether that is enough.

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Operations;

/// <summary>Looks at the token of a request. Safe for any thread.</summary>
sealed class Guard(TokenFile tokens)
{
    const string Scheme = "Bearer ";
    const int LongestToken = 200;

    /// <summary>Lets a request pass that comes with this method and a token of one of these roles.</summary>
    /// <returns>Null: it passes, and <paramref name="caller"/> is who comes.</returns>
    public Refusal? Refuse(HttpContext context, string method, out Token caller, params ReadOnlySpan<Role> roles)
    {
        caller = null!;
        if (!string.Equals(context.Request.Method, method, StringComparison.Ordinal))
        {
            context.Response.Headers.Allow = method;
            return new Refusal(Problem.Method);
        }

        if (Find(context.Request) is not { } token)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return new Refusal(Problem.Unauthorized, "Make a token with `tallymark token add --data DIR`.");
        }

        if (!roles.Contains(token.Role))
            return new Refusal(Problem.Forbidden, $"The token's role is {token.RoleName}.");
        caller = token;
        return null;
    }

    Token? Find(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ Length: < LongestToken } value]
            || !value.StartsWith(Scheme, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        try
        {
            return tokens.Find(value[Scheme.Length..].Trim());
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null; // a damaged file lets nobody in; `tallymark token list` says what is wrong with it
        }
    }
}
