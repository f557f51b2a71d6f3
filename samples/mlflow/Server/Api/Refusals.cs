// SPDX-License-Identifier: MIT
namespace Mlflow.Server.Api;

/// <summary>Answers a request that can't be fulfilled with 400 and the reason.</summary>
static class Refusals
{
    public static async Task Answer(HttpContext http, RequestDelegate next)
    {
        try
        {
            await next(http);
        }
        catch (MlflowException e) when (!http.Response.HasStarted)
        {
            http.Response.StatusCode = StatusCodes.Status400BadRequest;
            await http.Response.WriteAsJsonAsync(new { Message = e.Message });
        }
    }
}
