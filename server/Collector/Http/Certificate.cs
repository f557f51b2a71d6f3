// SPDX-License-Identifier: MIT
// The certificate of the public address: read again when its files change, so that a renewal needs no restart.

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

/// <summary>
/// A certificate with its chain and key, from PEM files. Connections that are open go on under the one that they began
/// with. Safe for any thread but for <see cref="Look"/>.
/// </summary>
sealed class Certificate
{
    readonly string _certificate;
    readonly string _key;
    readonly ILogger _log;
    (DateTime Certificate, DateTime Key) _written;
    volatile SslStreamCertificateContext _now;

    /// <exception cref="IOException">The files can't be used; the message says why.</exception>
    public Certificate(string certificate, string key, ILogger log)
    {
        _certificate = certificate;
        _key = key;
        _log = log;
        _written = Written();
        _now = Read();
    }

    /// <summary>What a new connection gets.</summary>
    public SslStreamCertificateContext Now => _now;

    /// <summary>When the certificate ends.</summary>
    public DateTimeOffset Ends => new(_now.TargetCertificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>Reads the files if they were written since. If they don't fit together, the old one goes on.</summary>
    public void Look()
    {
        try
        {
            var written = Written();
            if (written == _written)
                return;
            _now = Read();
            _written = written; // not before: half of a renewal is read again
            _log.CertificateRead(Times.Second(Ends));
        }
        catch (IOException e)
        {
            _log.CertificateRefused(e.Message);
        }
    }

    (DateTime Certificate, DateTime Key) Written() =>
        (File.GetLastWriteTimeUtc(_certificate), File.GetLastWriteTimeUtc(_key));

    SslStreamCertificateContext Read()
    {
        try
        {
            var leaf = X509Certificate2.CreateFromPemFile(_certificate, _key);
            var chain = new X509Certificate2Collection();
            chain.ImportFromPemFile(_certificate);
            return SslStreamCertificateContext.Create(leaf, chain, offline: true);
        }
        catch (Exception e) when (e is CryptographicException or UnauthorizedAccessException or ArgumentException)
        {
            throw new IOException(
                $"{_certificate} and {_key} are no certificate with its key, both as PEM, the certificate first and then its chain: {e.Message}", e);
        }
    }
}
