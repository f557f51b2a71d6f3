// SPDX-License-Identifier: MIT

using Microsoft.AspNetCore.Http;

namespace Tallymark.Collector.Operations;

/// <summary>Checks the access token of a request. Thread-safe.</summary>
sealed class Authorizer(TokenFile tokens)
{
    const string Scheme = "Bearer ";
    const int MaxTokenLength = 200;

    /// <summary>Checks that a request has the method, and a token of one of the roles.</summary>
    /// <param name="context">The request.</param>
    /// <param name="method">The allowed method.</param>
    /// <param name="caller">The token of the caller, if the request is allowed.</param>
    /// <param name="roles">The allowed roles.</param>
    /// <returns>Null: allowed.</returns>
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
            return new Refusal(Problem.Unauthorized, "Create a token with `tallymark token add --data DIR`.");
        }

        if (!roles.Contains(token.Role))
            return new Refusal(Problem.Forbidden, $"The token's role is {token.RoleName}.");
        caller = token;
        return null;
    }

    Token? Find(HttpRequest request)
    {
        if (request.Headers.Authorization is not [{ Length: < MaxTokenLength } value]
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
            return null; // a damaged file grants no access; `tallymark token list` reports the damage
        }
    }
}
