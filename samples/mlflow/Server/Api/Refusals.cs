// SPDX-License-Identifier: MIT
namespace Mlflow.Server.Api;

/// <summary>Answers a request that can't be read or fulfilled with its status, mostly 400, and the reason.</summary>
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
            await Refuse(http, StatusCodes.Status400BadRequest, e.Message);
        }
        catch (BadHttpRequestException e) when (!http.Response.HasStarted)
        {
            await Refuse(http, e.StatusCode, (e.InnerException ?? e).Message);
        }
    }

    static Task Refuse(HttpContext http, int status, string message)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new { Message = message });
    }
}
