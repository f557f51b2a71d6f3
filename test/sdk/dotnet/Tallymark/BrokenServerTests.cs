// SPDX-License-Identifier: MIT
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tallymark.Tests;

/// <summary>
/// Servers that reset, stop in the middle, or have the wrong identity: the batch stays unchanged and is later sent to
/// the right server.
/// </summary>
public sealed class BrokenServerTests
{
    [Fact]
    public Task A_connection_that_is_reset_leaves_the_batch() => LeavesTheBatch(client =>
    {
        client.LingerState = new LingerOption(enable: true, seconds: 0);
        client.Close();
        return Task.CompletedTask;
    });

    [Theory]
    [InlineData("HTTP/1.1 2")]
    [InlineData("HTTP/1.1 200 OK\r\nTallymark-Collector: 1\r\nContent-Length: 500\r\n\r\n{\"batch\":\"")]
    [InlineData("HTTP/1.1 400 Bad\r\nTallymark-Collector: 1\r\nContent-Length: 500\r\n\r\n{\"type\":\"")]
    [InlineData("HTTP/1.1 413 Large\r\nTallymark-Collector: 1\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabc")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    public Task Half_an_answer_decides_nothing(string half) => LeavesTheBatch(
        async client => await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(half)));

    [Fact]
    public Task An_answer_that_stops_in_its_middle_and_never_ends_is_given_up() => LeavesTheBatch(
        async client =>
        {
            var stream = client.GetStream();
            await stream.WriteAsync(
                "HTTP/1.1 200 OK\r\nTallymark-Collector: 1\r\nContent-Length: 500\r\n\r\n{\"batch"u8.ToArray());
        },
        TimeSpan.FromSeconds(60));

    [Fact]
    public async Task A_slow_reply_that_is_complete_before_the_timeout_is_accepted()
    {
        using var home = new UserHome().Agreed().RecordMany(2);
        using var collector = new Listener(request =>
        {
            home.Clock.Advance(TimeSpan.FromSeconds(59));
            return Listener.Accept(request);
        });
        Assert.Equal(new UploadResult(2, 0, 0, null), await home.Upload(collector.Address));
    }

    [Theory]
    [InlineData(429, "Retry-After: 18000")]
    [InlineData(429, "Retry-After: Fri, 20 Nov 2026 15:51:21 GMT")]
    [InlineData(503, "Retry-After: 18000")]
    [InlineData(503, "Retry-After: Fri, 20 Nov 2026 15:51:21 GMT")]
    public async Task Both_forms_of_Retry_After_count_with_each_status_and_a_foreign_one_does_not(
        int status, string header)
    {
        using var home = new UserHome().Agreed().Record(_ => { });
        home.Clock.AdjustTime(new(2026, 11, 20, 10, 51, 21, TimeSpan.Zero));
        using (var proxy = new Listener(_ => Listener.Foreign(status, "", header)))
            await home.Upload(proxy.Address);
        Assert.InRange(Pause(home), TimeSpan.FromMinutes(44), TimeSpan.FromHours(1));
        using (var collector = new Listener(_ => Listener.Problem(status, "busy", header)))
            await home.Upload(collector.Address);
        Assert.Equal(TimeSpan.FromHours(5), Pause(home));
    }

    [Theory]
    [InlineData("localhost", true)]
    [InlineData("elsewhere.example", false)]
    public async Task Over_TLS_only_the_right_name_is_trusted(string name, bool right)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "there SSL_CERT_FILE says whom to trust");
        using var home = new UserHome().Agreed().WithSettings(TimeProvider.System.GetUtcNow()).Record(_ => { });
        var (authority, certificate) = Certificates(name);
        home["SSL_CERT_FILE"] = Path.Combine(home.Path, "authority.pem");
        home["SSL_CERT_DIR"] = home.Path;
        await File.WriteAllTextAsync(Path.Combine(home.Path, "authority.pem"), authority);
        using var collector = new Listener(Listener.Accept);
        using var door = new TcpListener(IPAddress.Loopback, 0);
        door.Start();
        home.Collector = "https://localhost:" + ((IPEndPoint)door.LocalEndpoint).Port + "/v1/batches";
        var serving = Forward(door, certificate, new Uri(collector.Address).Port);
        Assert.Equal(right ? 0 : 1, await UploadInProcess(home));
        await serving;
        Assert.Equal(right ? 1 : 0, collector.Requests.Count);
        Assert.Equal(right ? 0 : 1, UserHome.LinesIn(home.State.Batches).Count);
    }

    /// <summary>
    /// One upload to such a server, then one to a collector, which gets the same batch. With
    /// <paramref name="patience"/> the server does not close, and the client gives up after that time.
    /// </summary>
    static async Task LeavesTheBatch(Func<TcpClient, Task> serve, TimeSpan? patience = null)
    {
        using var home = new UserHome().Agreed().WithSettings().RecordMany(2);
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var serving = Task.Run(async () =>
        {
            using var client = await server.AcceptTcpClientAsync();
            _ = await client.GetStream().ReadAtLeastAsync(new byte[64 * 1024], 100);
            await serve(client);
            if (patience is { } time)
            {
                home.Clock.Advance(time);
                await UntilGone(client.GetStream());
            }
        });
        var result = await home.Upload("http://" + server.LocalEndpoint + "/v1/batches");
        await serving;
        Assert.Equal((0, 0, 1), (result.Accepted, result.Rejected, result.Waiting));
        Assert.NotNull(result.Problem);
        Assert.Equal(patience is not null, result.Problem == "no answer in time");
        var id = Path.GetFileName(Assert.Single(Directory.GetDirectories(home.State.Batches)));
        using var collector = new Listener(Listener.Accept);
        Assert.Equal(2, (await home.Upload(collector.Address)).Accepted);
        Assert.Equal(id, Assert.Single(collector.Requests).Batch);
    }

    // The rest of the request may still arrive before the client gives up and closes or resets.
    static async Task UntilGone(NetworkStream stream)
    {
        try
        {
            while (await stream.ReadAsync(new byte[1024]) > 0)
            {
            }
        }
        catch (IOException)
        {
        }
    }

    static TimeSpan Pause(UserHome home)
    {
        var now = home.Clock.GetUtcNow().UtcDateTime;
        return DueFile.Read(home.State.Due, now)!.Value.Time - now;
    }

    // One connection, decrypted and forwarded until its client disconnects.
    static async Task Forward(TcpListener door, X509Certificate2 certificate, int port)
    {
        using var client = await door.AcceptTcpClientAsync();
        using var outer = new SslStream(client.GetStream());
        try
        {
            await outer.AuthenticateAsServerAsync(certificate);
            using var inner = new TcpClient("127.0.0.1", port);
            var back = inner.GetStream().CopyToAsync(outer);
            await outer.CopyToAsync(inner.GetStream());
            inner.Client.Shutdown(SocketShutdown.Send);
            await back;
        }
        catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
        {
            // The client did not trust the certificate and disconnected.
        }
    }

    static (string Authority, X509Certificate2 Certificate) Certificates(string name)
    {
        var (from, to) = (DateTimeOffset.UtcNow.AddDays(-2), DateTimeOffset.UtcNow.AddDays(2));
        using var authorityKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Tests", authorityKey, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using var authority = request.CreateSelfSigned(from, to);
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var server = new CertificateRequest("CN=" + name, key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        server.CertificateExtensions.Add(names.Build());
        using var signed = server.Create(authority, from.AddHours(1), to.AddHours(-1), [1, 2, 3, 4]);
        using var whole = signed.CopyWithPrivateKey(key);
        return (
            authority.ExportCertificatePem(),
            X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null));
    }

    static async Task<int> UploadInProcess(UserHome home)
    {
        var ended = await Processes.Run(home, "telemetry", "upload");
        Assert.NotEqual("", ended.Errors);
        return ended.ExitCode;
    }
}
