using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Simulators.Smtp;

/// <summary>Makes certificates for servers on loopback. Whoever wants to trust one must be given it.</summary>
public static class SelfSignedCertificate
{
    /// <summary>For <c>localhost</c>, <c>127.0.0.1</c> and <paramref name="name"/>, from an hour ago for a week.</summary>
    public static X509Certificate2 Create(string name, TimeProvider time)
    {
        var now = time.GetUtcNow();
        return Create(name, now.AddHours(-1), now.AddDays(7));
    }

    public static X509Certificate2 Create(string name, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName(name);
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid("1.3.6.1.5.5.7.3.1")], critical: false));
        return request.CreateSelfSigned(notBefore, notAfter);
    }
}
