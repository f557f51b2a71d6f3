// SPDX-License-Identifier: MIT
using System.ComponentModel;
using System.Text.Json;

namespace Tallymark;

/// <summary>
/// Answers the requests of a tool's web pages (<c>spec/page.md</c>), whatever HTTP server receives them: what a page
/// may do now, that a person has seen the notice, and the interactions, which it records. Generated code makes one;
/// Tallymark.AspNetCore is its HTTP side. Consent is asked for each request and again for each record. Thread-safe; no
/// member throws or waits for the network.
/// </summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public sealed class PageRelay
{
    /// <summary>The maximum number of records in a request.</summary>
    internal const int MaxRecords = 500;

    const int Ok = 200;
    const int NoContent = 204;
    const int BadRequest = 400;
    const int NotFound = 404;
    const int Conflict = 409;
    const int TooMany = 429;
    const int Failed = 500;
    const int Unavailable = 503;

    readonly TelemetryClient _client;
    readonly PageDefinition _page;
    readonly PageBudget _budget;
    readonly RecentIds _known = new();

    /// <summary>Prepares the answers. Cost: none until the first request.</summary>
    public PageRelay(TelemetryClient client, PageDefinition page)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(page);
        _client = client;
        _page = page;
        _budget = new PageBudget(client.SdkEnvironment);
    }

    /// <summary>Answers one request.</summary>
    /// <param name="name"><c>settings</c>, <c>seen</c> or <c>events</c>: the last part of its path.</param>
    /// <param name="body">The whole body; empty for <c>settings</c>.</param>
    /// <returns>An HTTP status, and a JSON text in UTF-8 if the status is 200.</returns>
    public (int Status, byte[] Json) Answer(string name, ReadOnlyMemory<byte> body)
    {
        try
        {
            return name switch
            {
                "settings" => (Ok, Settings()),
                "seen" => (Seen(body.Span), []),
                "events" => Events(body.Span),
                _ => (NotFound, []),
            };
        }
        catch (JsonException)
        {
            return (BadRequest, []);
        }
        catch (Exception e)
        {
            SelfLog.Report("A request of a web page could not be answered.", e);
            return (Failed, []);
        }
    }

    byte[] Settings()
    {
        var access = _client.AskPage();
        var tool = _client.Tool;
        return access is PageAccess.Off or PageAccess.Unavailable or PageAccess.Unreachable
            ? PageReply.SettingsOff(tool, access)
            : PageReply.SettingsOn(tool, Scope(), _client.PageNotice(_page.Notice), _page);
    }

    int Seen(ReadOnlySpan<byte> json)
    {
        if (!PageBody.TryRead(json, out var body) || body.HasRecords)
            return BadRequest;
        if (!MayAgree(_client.AskPage()) || !body.HasScope(Scope()))
            return Conflict;
        _client.NoticeShown();

        // The receipt could not be kept: the settings now say off.
        return MayAgree(_client.AskPage()) ? NoContent : Conflict;
    }

    (int Status, byte[] Json) Events(ReadOnlySpan<byte> json)
    {
        if (!PageBody.TryRead(json, out var body) || !body.HasRecords || body.RecordCount > MaxRecords)
            return (BadRequest, []);
        var access = _client.AskPage();
        if (access is PageAccess.Off or PageAccess.Unreachable)
            return (Ok, PageReply.Off());
        if (access == PageAccess.Unavailable)
            return (Unavailable, []);
        if (access == PageAccess.NotSeen || !body.HasScope(Scope()))
            return (Conflict, []);
        var request = new PageRecorder(_client, _page, _known, _budget);
        return request.Record(body.Records) switch
        {
            PageAccess.On => (Ok, PageReply.Counts(Scope(), request)),
            PageAccess.NotSeen => (Conflict, []),
            PageAccess.Unavailable => (Unavailable, []),
            PageAccess.Spent => (TooMany, []),
            _ => (Ok, PageReply.Off()),
        };
    }

    // The recipient of a policy has a scope of its own, so this can change while the process runs.
    string Scope() => _client.Tool.ScopeId[..16];

    static bool MayAgree(PageAccess access) => access is PageAccess.On or PageAccess.NotSeen;
}
