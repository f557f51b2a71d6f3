// SPDX-License-Identifier: MIT

using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Tallymark.FrontDoor;

/// <summary>
/// The network between a released tool and a test's collector: an HTTP proxy. A released tool sends to its manifest's
/// <c>https:</c> endpoint and no variable of the SDK changes that, so the tool asks the proxy for that host, and the
/// proxy connects it to the collector. For a collector without TLS the proxy ends TLS itself, with a certificate for
/// that host from an authority that only this user's programs trust. Lives until the test process ends.
/// </summary>
sealed class Gateway
{
    static readonly ConcurrentDictionary<string, Lazy<Gateway>> All = new(StringComparer.Ordinal);
    static readonly Lazy<Authority> Issuer = new(() => new Authority());

    readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    readonly Uri _collector;

    Gateway(string endpoint)
    {
        _collector = new Uri(endpoint);
        _listener.Start();
        _ = Accept();
    }

    /// <summary>Sets the variables with which a user's programs use the proxy. Returns the proxy's port.</summary>
    /// <param name="environment">The user's variables.</param>
    /// <param name="endpoint">
    /// The address of the collector or relay. With <c>https:</c> the tool's TLS ends there, and the test decides whom
    /// the tool trusts.
    /// </param>
    public static int Connect(Dictionary<string, string> environment, string endpoint)
    {
        var gateway = All.GetOrAdd(endpoint, to => new Lazy<Gateway>(() => new Gateway(to))).Value;
        var port = ((IPEndPoint)gateway._listener.LocalEndpoint).Port;
        environment["HTTPS_PROXY"] = string.Create(CultureInfo.InvariantCulture, $"http://127.0.0.1:{port}");
        if (gateway.EndsTls)
            environment["SSL_CERT_FILE"] = Issuer.Value.File;
        return port;
    }

    bool EndsTls => _collector.Scheme == Uri.UriSchemeHttp;

    async Task Accept()
    {
        while (true)
            _ = Serve(await _listener.AcceptTcpClientAsync());
    }

    async Task Serve(TcpClient tool)
    {
        try
        {
            using (tool)
            {
                var stream = tool.GetStream();
                var host = await ReadHost(stream);
                using var collector = new TcpClient();
                await collector.ConnectAsync(_collector.Host, _collector.Port);
                await stream.WriteAsync("HTTP/1.1 200 Connection established\r\n\r\n"u8.ToArray());
                if (!EndsTls)
                {
                    await Exchange(stream, collector.GetStream());
                    return;
                }

                await using var secured = new SslStream(stream);
                await secured.AuthenticateAsServerAsync(Issuer.Value.CertificateFor(host));
                await Exchange(secured, collector.GetStream());
            }
        }
        catch (Exception e) when (e is IOException or SocketException or AuthenticationException)
        {
            // A closed connection is all that the other side has to see: the tool or the collector was killed, there is
            // no collector, or the tool does not trust it.
        }
    }

    // CONNECT telemetry.example:443 HTTP/1.1
    static async Task<string> ReadHost(NetworkStream stream)
    {
        var head = new StringBuilder();
        var one = new byte[1];
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
        {
            if (await stream.ReadAsync(one) == 0)
                throw new IOException("closed");
            head.Append((char)one[0]);
        }

        return head.ToString().Split(' ')[1].Split(':')[0];
    }

    // When one half closes, the other is closed too.
    static Task Exchange(Stream tool, NetworkStream collector) =>
        Task.WhenAny(Copy(tool, collector), Copy(collector, tool));

    static async Task Copy(Stream from, Stream to)
    {
        try
        {
            await from.CopyToAsync(to);
        }
        catch (Exception e) when (e is IOException or ObjectDisposedException)
        {
            // The other half has closed.
        }
    }

    /// <summary>An authority of the tests, and its certificates. Thread-safe.</summary>
    sealed class Authority
    {
        readonly ConcurrentDictionary<string, X509Certificate2> _issued = new(StringComparer.Ordinal);
        readonly X509Certificate2 _authority;

        public Authority()
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=authority of the tests", key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(
                certificateAuthority: true, hasPathLengthConstraint: false, pathLengthConstraint: 0, critical: true));
            _authority = request.CreateSelfSigned(Now.AddDays(-2), Now.AddDays(9));
            var folder = Directory.CreateTempSubdirectory("tallymark-authority-").FullName;
            File = Path.Combine(folder, "authority.pem");
            System.IO.File.WriteAllText(File, _authority.ExportCertificatePem());
            AppDomain.CurrentDomain.ProcessExit += (_, _) => Directory.Delete(folder, recursive: true);
        }

        /// <summary>The authority's certificate, as a file for the variable SSL_CERT_FILE.</summary>
        public string File { get; }

        public X509Certificate2 CertificateFor(string host) => _issued.GetOrAdd(host, Issue);

        static DateTimeOffset Now => TimeProvider.System.GetUtcNow();

        X509Certificate2 Issue(string host)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest("CN=" + host, key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddDnsName(host);
            request.CertificateExtensions.Add(names.Build());
            using var issued = request.Create(
                _authority, Now.AddDays(-1), Now.AddDays(8), RandomNumberGenerator.GetBytes(8));
            return issued.CopyWithPrivateKey(key);
        }
    }
}
