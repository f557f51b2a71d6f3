// SPDX-License-Identifier: MIT
using System.Net.Http.Json;
using System.Text.Json;

namespace Mlflow.Stores;

/// <summary>Requests to a tracking server. Thread-safe.</summary>
sealed class ServerConnection
{
    static readonly AsyncLocal<bool> OwnRequest = new();

    readonly HttpClient _http;

    public ServerConnection(Uri server)
    {
        _http = new HttpClient { BaseAddress = new Uri(server.AbsoluteUri.TrimEnd('/') + "/") };
        _http.DefaultRequestHeaders.Add(Routes.ClientHeader, "MLFLOW_DOTNET_CLIENT");
    }

    /// <summary>True inside a request of this class, which automatic logging must not log.</summary>
    public static bool IsOwnRequest => OwnRequest.Value;

    public Task<T> Get<T>(string path) => Send<T>(HttpMethod.Get, path, body: null);

    public Task<T> Post<T>(string path, object body) => Send<T>(HttpMethod.Post, path, body);

    public async Task Post(string path, object body) => (await Send(HttpMethod.Post, path, body)).Dispose();

    public async Task Put(string path, object body) => (await Send(HttpMethod.Put, path, body)).Dispose();

    public async Task Delete(string path) => (await Send(HttpMethod.Delete, path, body: null)).Dispose();

    public async Task<string> PostForText(string path, object body)
    {
        using var reply = await Send(HttpMethod.Post, path, body);
        return await reply.Content.ReadAsStringAsync();
    }

    async Task<T> Send<T>(HttpMethod method, string path, object? body)
    {
        using var reply = await Send(method, path, body);
        try
        {
            return await reply.Content.ReadFromJsonAsync<T>(MlflowJson.Options)
                ?? throw new MlflowException($"The server's answer to {method} {path} is empty.");
        }
        catch (Exception e) when (e is JsonException or HttpRequestException or IOException)
        {
            throw new MlflowException($"{method} {path}: the answer is not that of a tracking server.", e);
        }
    }

    async Task<HttpResponseMessage> Send(HttpMethod method, string path, object? body)
    {
        OwnRequest.Value = true;
        using var request = new HttpRequestMessage(method, path);
        if (body is not null)
            request.Content = JsonContent.Create(body, body.GetType(), options: MlflowJson.Options);
        try
        {
            var reply = await _http.SendAsync(request);
            if (reply.IsSuccessStatusCode)
                return reply;
            using (reply)
            {
                throw new MlflowException(
                    $"{method} {path}: {(int)reply.StatusCode} {await reply.Content.ReadAsStringAsync()}");
            }
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException)
        {
            throw new MlflowException($"{method} {path}: the server {_http.BaseAddress} can't be reached.", e);
        }
    }
}
