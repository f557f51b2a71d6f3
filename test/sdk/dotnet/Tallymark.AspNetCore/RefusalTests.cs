// SPDX-License-Identifier: MIT
using System.Net;
using System.Text.Json;
using Tallymark.Pages;

namespace Tallymark.AspNetCore.Tests;

/// <summary>Requests of other sites, and too large, too many or other requests.</summary>
public sealed class RefusalTests
{
    [Theory]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "none", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "http://127.0.0.1", false)]
    [InlineData("Origin", "http://127.0.0.1:1", false)]
    [InlineData("Origin", "HOST", true)]
    public async Task Only_pages_of_this_server_may_read_and_post(string header, string value, bool allowed)
    {
        await using var server = await Server.StartSeen();
        var host = server.Address.GetLeftPart(UriPartial.Authority);
        var sent = value.Replace("HOST", host, StringComparison.Ordinal);
        var expected = allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden;

        using var post = await server.Post(
            "events", Some.Body(await server.Scope(), Some.Record()), headers: (header, sent));
        Assert.Equal(expected, post.StatusCode);
        var get = new HttpRequestMessage(HttpMethod.Get, "tallymark/settings");
        get.Headers.TryAddWithoutValidation(header, sent);
        using var settings = await server.Client.SendAsync(get, TestContext.Current.CancellationToken);
        Assert.Equal(expected, settings.StatusCode);
        Assert.Equal(allowed ? 1 : 0, (await server.Stop()).Length);
    }

    [Fact]
    public async Task A_post_that_does_not_say_where_it_comes_from_is_refused()
    {
        await using var server = await Server.StartSeen();
        var scope = await server.Scope();
        Assert.True(server.Client.DefaultRequestHeaders.Remove("Origin"));
        using var seen = await server.See(scope);
        Assert.Equal(HttpStatusCode.Forbidden, seen.StatusCode);
        using var events = await server.Send(Some.Record()); // reads the settings, which any client may
        Assert.Equal(HttpStatusCode.Forbidden, events.StatusCode);
        Assert.Empty(await server.Stop());
    }

    [Fact]
    public async Task Behind_a_proxy_that_changes_the_host_the_browsers_word_counts()
    {
        await using var server = await Server.StartSeen();
        using var post = await server.Post(
            "events", Some.Body(await server.Scope(), Some.Record()), headers:
            [("Sec-Fetch-Site", "same-origin"), ("Origin", "https://tracker.example")]);
        Assert.Equal(HttpStatusCode.OK, post.StatusCode);
        using var named = await server.Post(
            "events", Some.Body(await server.Scope(), Some.Record()), headers:
            [("Host", "tracker.example"), ("Origin", "https://tracker.example")]);
        Assert.Equal(HttpStatusCode.OK, named.StatusCode);
    }

    [Theory]
    [InlineData("http://tracker.example", "tracker.example", true)]
    [InlineData("http://tracker.example:8080", "tracker.example:8080", true)]
    [InlineData("http://tracker.example", "tracker.example, inner.example", true)]
    [InlineData("http://tracker.example:8080", "tracker.example", false)]
    [InlineData("http://evil.example", "tracker.example", false)]
    [InlineData("null", "null", false)]
    [InlineData("http://tracker.example", "", false)]
    public async Task Behind_a_proxy_for_plain_http_the_forwarded_host_counts(
        string origin, string host, bool allowed)
    {
        await using var server = await Server.StartSeen();
        using var post = await server.Post(
            "events", Some.Body(await server.Scope(), Some.Record()), headers:
            [("Origin", origin), ("X-Forwarded-Host", host)]);
        Assert.Equal(allowed ? HttpStatusCode.OK : HttpStatusCode.Forbidden, post.StatusCode);
    }

    [Theory]
    [InlineData(65_536, false, HttpStatusCode.OK)]
    [InlineData(65_536, true, HttpStatusCode.OK)]
    [InlineData(65_537, false, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(65_537, true, HttpStatusCode.RequestEntityTooLarge)]
    [InlineData(300_000, true, HttpStatusCode.RequestEntityTooLarge)]
    public async Task A_body_has_at_most_64_KiB(int length, bool chunked, HttpStatusCode status)
    {
        await using var server = await Server.StartSeen();
        var body = Some.Body(await server.Scope(), Some.Record()).PadRight(length);
        using var request = new HttpRequestMessage(HttpMethod.Post, "tallymark/events")
        {
            Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(status, response.StatusCode);
        Assert.Equal(status == HttpStatusCode.OK ? 1 : 0, (await server.Stop()).Length);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_smaller_limit_of_the_web_server_is_answered_as_too_large_too(bool chunked)
    {
        await using var server = await Server.StartSeen(one => one.MaxRequestBodySize = 1000);
        var body = Some.Body(await server.Scope(), Some.Record()).PadRight(2000);
        using var request = new HttpRequestMessage(HttpMethod.Post, "tallymark/events")
        {
            Content = new StringContent(body, new System.Net.Http.Headers.MediaTypeHeaderValue("application/json")),
        };
        request.Headers.TransferEncodingChunked = chunked;
        using var response = await server.Client.SendAsync(request, TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType!.ToString());
        Assert.Empty(await server.Stop());
    }

    [Theory]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data")]
    [InlineData("text/html")]
    public async Task Another_content_type_is_refused(string type)
    {
        await using var server = await Server.StartSeen();
        using var response = await server.Post("events", Some.Body(await server.Scope(), Some.Record()), type);
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, response.StatusCode);
        Assert.Empty(await server.Stop());
    }

    [Fact]
    public async Task Another_method_and_another_address_are_not_answered()
    {
        await using var server = await Server.StartSeen();
        using var get = await server.Client.GetAsync("tallymark/events", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.MethodNotAllowed, get.StatusCode);
        using var other = await server.Client.GetAsync("tallymark/secret", TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task An_address_makes_at_most_100_requests_at_once_and_then_ten_a_second()
    {
        await using var server = await Server.Start();
        for (var i = 0; i < AddressRateLimiter.Burst; i++)
            Assert.Equal(HttpStatusCode.OK, (await Get(server)).StatusCode);
        using var refused = await Get(server);
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("1", refused.Headers.GetValues("Retry-After").Single());
        var problem = JsonDocument.Parse(
            await refused.Content.ReadAsStringAsync(TestContext.Current.CancellationToken)).RootElement;
        Assert.EndsWith("/too-many", problem.GetProperty("type").GetString());

        server.Clock.Advance(TimeSpan.FromSeconds(0.2));
        Assert.Equal(HttpStatusCode.OK, (await Get(server)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await Get(server)).StatusCode);
        Assert.Equal(HttpStatusCode.TooManyRequests, (await Get(server)).StatusCode);
    }

    [Fact]
    public async Task All_pages_together_record_at_most_10_000_records_a_day()
    {
        await using var server = await Server.StartSeen();
        var scope = await server.Scope();
        for (var i = 0; i < PageBudget.MaxRecords / 250; i++)
        {
            using var taken = await server.Post(
                "events", Some.Body(scope, Enumerable.Range(0, 250).Select(_ => Some.Record())));
            Assert.Equal(HttpStatusCode.OK, taken.StatusCode);
        }

        using var refused = await server.Post("events", Some.Body(scope, Some.Record()));
        Assert.Equal(HttpStatusCode.TooManyRequests, refused.StatusCode);
        Assert.Equal("3600", refused.Headers.GetValues("Retry-After").Single());
        Assert.Equal(PageBudget.MaxRecords, (await server.Stop()).Length);
    }

    [Fact]
    public void A_spent_budget_is_whole_again_a_day_after_its_first_record()
    {
        var clock = new FakeTimeProvider();
        var budget = new PageBudget(new SdkEnvironment { Time = clock });
        for (var i = 0; i < PageBudget.MaxRecords; i++)
        {
            Assert.False(budget.IsSpent);
            budget.Add();
        }

        Assert.True(budget.IsSpent);
        clock.Advance(TimeSpan.FromDays(1) - TimeSpan.FromTicks(1));
        Assert.True(budget.IsSpent);
        clock.Advance(TimeSpan.FromTicks(1));
        Assert.False(budget.IsSpent);
    }

    [Fact]
    public void Each_address_has_its_own_rate_and_the_table_is_bounded()
    {
        var clock = new FakeTimeProvider();
        var limiter = new AddressRateLimiter(clock);
        var (one, other) = (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        var same = IPAddress.Parse("::ffff:192.0.2.1");
        for (var i = 0; i < AddressRateLimiter.Burst; i++)
            Assert.Null(limiter.Take(i % 2 == 0 ? one : same));
        Assert.NotNull(limiter.Take(one));
        Assert.Null(limiter.Take(other));
        Assert.Null(limiter.Take(null));

        // One customer has 2^64 addresses of IPv6.
        var customer = IPAddress.Parse("2001:db8::1");
        for (var i = 0; i < AddressRateLimiter.Burst; i++)
            Assert.Null(limiter.Take(customer));
        Assert.NotNull(limiter.Take(IPAddress.Parse("2001:db8::2")));
        Assert.Null(limiter.Take(IPAddress.Parse("2001:db8:0:1::1")));

        // In 10 ms, 100,000 others push the first one out, which then has a full bucket again.
        for (var i = 0; i < 100_000; i++)
        {
            clock.Advance(TimeSpan.FromTicks(1));
            Assert.Null(limiter.Take(new IPAddress([10, (byte)(i >> 16), (byte)(i >> 8), (byte)i])));
        }

        Assert.Null(limiter.Take(one));
    }

    static Task<HttpResponseMessage> Get(Server server) =>
        server.Client.GetAsync("tallymark/settings", TestContext.Current.CancellationToken);
}
