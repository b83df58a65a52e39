using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Smtp.Tls;

/// <summary>The certificates that settings name: further authorities to trust, and our own to show.</summary>
internal sealed class TlsFiles
{
    private readonly PemFile<X509Certificate2Collection>? _authorities;
    private readonly PemFile<SslStreamCertificateContext>? _own;

    public TlsFiles(SmtpOptions options)
    {
        _authorities = options.CaFile is { } file ? new("Smtp:CaFile", ParseAuthorities, file) : null;
        _own = options is { ClientCertificateFile: { } certificate, ClientKeyFile: { } key }
            ? new("Smtp:ClientCertificateFile and Smtp:ClientKeyFile", ParseOwn, certificate, key)
            : null;
    }

    /// <summary>Null without a problem: the system's own authorities only.</summary>
    public (X509Certificate2Collection? Authorities, string? Problem) ReadAuthorities() => _authorities?.Read() ?? default;

    /// <summary>Null without a problem: we show no certificate.</summary>
    public (SslStreamCertificateContext? Own, string? Problem) ReadOwn() => _own?.Read() ?? default;

    private static X509Certificate2Collection ParseAuthorities(string pem)
    {
        var certificates = new X509Certificate2Collection();
        certificates.ImportFromPem(pem);
        return certificates.Count > 0 ? certificates : throw new CryptographicException("No certificate.");
    }

    // The first certificate is ours, those after it lead to the authority.
    private static SslStreamCertificateContext ParseOwn(string pem) =>
        SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(pem, pem), ParseAuthorities(pem), offline: true);
}
