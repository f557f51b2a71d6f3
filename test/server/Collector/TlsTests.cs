// SPDX-License-Identifier: MIT

using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tallymark.Collector.Tests;

/// <summary>The certificate is renewed under a running collector; without one only loopback is served.</summary>
public sealed class TlsTests
{
    [Fact(Timeout = 120_000)]
    public async Task New_connections_get_a_renewed_certificate_and_open_ones_continue()
    {
        using var folder = new TempFolder();
        var first = Write(folder, days: 3);
        await using var collector = await StartAsync(folder);
        Assert.Equal("https", collector.Address.Scheme);
        using var old = await Connection.OpenAsync(collector.Address);
        Assert.Equal(first, old.Serial);
        var reply = await old.GetAsync("/healthz");
        Assert.StartsWith("HTTP/1.1 200", reply, StringComparison.Ordinal);
        Assert.Contains("Strict-Transport-Security: max-age=", reply, StringComparison.Ordinal);
        using var client = ControlClient.TryConnect(collector.Data)!;
        Assert.Contains(client.Status().Due, due => due.What == "certificate");

        var second = Write(folder, days: 90);
        string serial;
        do
        {
            TestContext.Current.CancellationToken.ThrowIfCancellationRequested();
            using var next = await Connection.OpenAsync(collector.Address);
            serial = next.Serial;
            Assert.Contains(serial, new[] { first, second });
        }
        while (serial != second);

        Assert.StartsWith("HTTP/1.1 200", await old.GetAsync("/healthz"), StringComparison.Ordinal);
        Assert.DoesNotContain(client.Status().Due, due => due.What == "certificate");
        Assert.Contains(
            "tallymark_certificate_end_seconds ", (await collector.GetAsync("metrics")).Text, StringComparison.Ordinal);
    }

    [Fact(Timeout = 120_000)]
    public async Task A_half_finished_renewal_changes_nothing_but_the_log()
    {
        using var folder = new TempFolder();
        var first = Write(folder, days: 90);
        await using var collector = await StartAsync(folder);

        using (var other = ECDsa.Create())
            await File.WriteAllTextAsync(folder["key.pem"], other.ExportPkcs8PrivateKeyPem(),
                TestContext.Current.CancellationToken);
        using var client = ControlClient.TryConnect(collector.Data)!;
        client.Reload();

        Assert.Contains("New certificate refused; the previous one stays in use", collector.Log,
            StringComparison.Ordinal);
        using var next = await Connection.OpenAsync(collector.Address);
        Assert.Equal(first, next.Serial);
    }

    [Theory]
    [InlineData(SslProtocols.Tls12, true)]
    [InlineData(SslProtocols.Tls13, true)]
#pragma warning disable SYSLIB0039 // the test is about outdated versions
    [InlineData(SslProtocols.Tls11, false)]
#pragma warning restore SYSLIB0039
    public async Task Only_secure_versions_of_TLS_are_accepted(SslProtocols version, bool spoken)
    {
        using var folder = new TempFolder();
        Write(folder, days: 90);
        await using var collector = await StartAsync(folder);
        if (spoken)
            (await Connection.OpenAsync(collector.Address, version)).Dispose();
        else
            await Assert.ThrowsAnyAsync<Exception>(() => Connection.OpenAsync(collector.Address, version));
    }

    [Fact]
    public async Task With_invalid_certificate_files_the_collector_does_not_start_and_says_why()
    {
        using var folder = new TempFolder();
        folder.Write("cert.pem", "no certificate");
        folder.Write("key.pem", "no key");
        var e = await Assert.ThrowsAsync<IOException>(() => StartAsync(folder));
        Assert.Contains("are not a certificate and its key", e.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("0.0.0.0:0")]
    [InlineData("[::]:0")]
    [InlineData("192.0.2.1:80")]
    public async Task Without_TLS_the_collector_listens_on_loopback_only_unless_told_otherwise(string address)
    {
        using var folder = new TempFolder();
        folder.Write("manifests/probe.yaml", Some.Manifest);

        var (code, output, error) = await CollectorProgram.Run(
            "serve", "--data", folder["data"], "--manifests", folder["manifests"], "--listen", address);

        Assert.Equal((2, ""), (code, output.Contains("listening on http", StringComparison.Ordinal) ? output : ""));
        Assert.Contains("would send unencrypted data to this address", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_refused()
    {
        using var folder = new TempFolder();
        var (code, _, error) = await CollectorProgram.Run(
            "serve", "--data", folder["data"], "--manifests", folder.Path, "--listen", "127.0.0.1:0", "--certificate",
                "cert.pem");
        Assert.Equal(2, code);
        Assert.Contains("--certificate and --key must be given together", error, StringComparison.Ordinal);
    }

    static Task<InProcessCollector> StartAsync(TempFolder folder) =>
        InProcessCollector.StartAsync(folder, options => options with
        {
            Tls = (folder["cert.pem"], folder["key.pem"]),
            Limits = options.Limits with { CertificateCheckInterval = TimeSpan.FromMilliseconds(20) },
        });

    /// <summary>Writes a new certificate and key, and returns its serial number.</summary>
    static string Write(TempFolder folder, int days)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=localhost", key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(days));
        File.WriteAllText(folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder["cert.pem"], certificate.ExportCertificatePem());
        return certificate.SerialNumber;
    }

    sealed class Connection : IDisposable
    {
        readonly TcpClient _tcp;
        readonly SslStream _stream;

        Connection(TcpClient tcp, SslStream stream, string serial) => (_tcp, _stream, Serial) = (tcp, stream, serial);

        public string Serial { get; }

        public static async Task<Connection> OpenAsync(Uri address, SslProtocols version = SslProtocols.None)
        {
            var tcp = new TcpClient();
            await tcp.ConnectAsync(IPAddress.Loopback, address.Port, TestContext.Current.CancellationToken);
            // The test checks the certificate itself.
            var stream = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, static (_, _, _, _) => true);
            await stream.AuthenticateAsClientAsync(
                new SslClientAuthenticationOptions { TargetHost = "localhost", EnabledSslProtocols = version },
                TestContext.Current.CancellationToken);
            using var certificate = new X509Certificate2(stream.RemoteCertificate!);
            return new Connection(tcp, stream, certificate.SerialNumber);
        }

        /// <summary>Head and body of a reply; the connection stays open.</summary>
        public async Task<string> GetAsync(string path)
        {
            await _stream.WriteAsync(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n"),
                TestContext.Current.CancellationToken);
            var text = new StringBuilder();
            var buffer = new byte[16_384];
            do
            {
                var count = await _stream.ReadAsync(buffer, TestContext.Current.CancellationToken);
                Assert.True(count > 0, "The connection was closed.");
                text.Append(Encoding.ASCII.GetString(buffer, 0, count));
            }
            while (!text.ToString().EndsWith("0\r\n\r\n", StringComparison.Ordinal)); // chunked, to its end
            return text.ToString();
        }

        public void Dispose()
        {
            _stream.Dispose();
            _tcp.Dispose();
        }
    }
}
