using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.TestKit.Mail;

/// <summary>A certificate authority that nobody trusts unless a test says so.</summary>
public sealed class TestAuthority : IDisposable
{
    private static readonly TimeSpan Day = TimeSpan.FromDays(1);

    private readonly DateTimeOffset _now = TimeProvider.System.GetUtcNow();
    private readonly X509Certificate2 _certificate;

    public TestAuthority()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=Test Authority", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(_now - (30 * Day), _now + (30 * Day));
    }

    /// <summary>Its certificate, for <c>Smtp:CaFile</c>.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate with its key, valid from yesterday to tomorrow.</summary>
    /// <param name="name">Host name or IP address that it is for.</param>
    public X509Certificate2 Issue(string name) => Issue(name, _now - Day, _now + Day);

    /// <summary>One that ended yesterday.</summary>
    public X509Certificate2 IssueExpired(string name) => Issue(name, _now - (2 * Day), _now - Day);

    /// <summary>One that begins tomorrow.</summary>
    public X509Certificate2 IssueEarly(string name) => Issue(name, _now + Day, _now + (2 * Day));

    public void Dispose() => _certificate.Dispose();

    private X509Certificate2 Issue(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        if (IPAddress.TryParse(name, out var address))
        {
            names.AddIpAddress(address);
        }
        else
        {
            names.AddDnsName(name);
        }

        request.CertificateExtensions.Add(names.Build());
        using var bare = request.Create(_certificate, notBefore, notAfter, RandomNumberGenerator.GetBytes(8));
        return bare.CopyWithPrivateKey(key);
    }
}
