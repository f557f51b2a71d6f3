// SPDX-License-Identifier: MIT
namespace Mlflow.Server.Api;

/// <summary>Names of users as a part of a path.</summary>
static class PathName
{
    /// <summary>
    /// The name in a value of a route. ASP.NET decodes everything but a slash, which a name may have.
    /// </summary>
    public static string Decode(string value) => value.Replace("%2F", "/", StringComparison.OrdinalIgnoreCase);
}
