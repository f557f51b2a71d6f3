// SPDX-License-Identifier: MIT

using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace Tallymark.Collector.Http;

/// <summary>
/// The certificate of the public address with its chain and key, from PEM files. It is read again when the files
/// change, so that a renewal needs no restart. Open connections keep the certificate they started with. Thread-safe,
/// except <see cref="ReloadIfChanged"/>.
/// </summary>
sealed class Certificate
{
    readonly string _certificate;
    readonly string _key;
    readonly ILogger _log;
    (DateTime Certificate, DateTime Key) _written;
    volatile SslStreamCertificateContext _current;

    /// <exception cref="IOException">The files can't be used; the message says why.</exception>
    public Certificate(string certificate, string key, ILogger log)
    {
        _certificate = certificate;
        _key = key;
        _log = log;
        _written = Written();
        _current = Read();
    }

    /// <summary>The certificate for new connections.</summary>
    public SslStreamCertificateContext Current => _current;

    /// <summary>When the certificate expires.</summary>
    public DateTimeOffset Expires => new(_current.TargetCertificate.NotAfter.ToUniversalTime(), TimeSpan.Zero);

    /// <summary>Reads the files if they changed. If they don't fit together, the old certificate stays.</summary>
    public void ReloadIfChanged()
    {
        try
        {
            var written = Written();
            if (written == _written)
                return;
            _current = Read();
            _written = written; // only after a success, so that a half-finished renewal is read again
            _log.CertificateRead(Rfc3339.Second(Expires));
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
                $"{_certificate} and {_key} are not a certificate and its key. Both must be PEM, " +
                $"and the certificate must come before its chain: {e.Message}", e);
        }
    }
}
