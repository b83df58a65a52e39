using System.Globalization;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Smtp.Tls;

/// <summary>Names what is wrong with a certificate and what to do about it. Holds what the peer wrote: clean it before it is shown.</summary>
internal static class CertificateText
{
    private const int MostNames = 3;
    private const int LongestName = 60;

    private const X509ChainStatusFlags NoTrust =
        X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.PartialChain | X509ChainStatusFlags.ExplicitDistrust
        | X509ChainStatusFlags.NotSignatureValid;

    public static string WrongName(X509Certificate2 certificate, string wanted)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(extension => extension.EnumerateDnsNames().Concat(extension.EnumerateIPAddresses().Select(address => address.ToString())))
            .DefaultIfEmpty(certificate.GetNameInfo(X509NameType.DnsName, forIssuer: false))
            .Select(Short)
            .ToArray();
        var shown = string.Join(", ", names.Take(MostNames)) + (names.Length > MostNames ? ", …" : "");
        return $"the certificate is for {shown}, not for {Short(wanted)}";
    }

    public static string Untrusted(X509Chain chain, bool hasSettings)
    {
        foreach (var element in chain.ChainElements)
        {
            var status = element.ChainElementStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
            var what = element == chain.ChainElements[0] ? "the certificate" : $"the issuer's certificate '{Name(element.Certificate, issuer: false)}'";
            if (status.HasFlag(X509ChainStatusFlags.NotTimeValid))
            {
                return OutOfTime(element.Certificate, what, chain.ChainPolicy.VerificationTime);
            }

            if (status.HasFlag(X509ChainStatusFlags.NotValidForUsage))
            {
                return $"{what} is not meant for servers";
            }
        }

        var leaf = chain.ChainElements.Count > 0 ? chain.ChainElements[0].Certificate : null;
        var flags = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        return leaf is null || (flags & NoTrust) == 0 ? $"the certificate is not valid: {flags}"
            : (leaf.SubjectName.RawData.AsSpan().SequenceEqual(leaf.IssuerName.RawData)
                ? "the certificate is self-signed and not trusted"
                : $"the certificate's issuer '{Name(leaf, issuer: true)}' is unknown or not trusted")
                + (hasSettings ? " (Smtp:CaFile names what to trust)" : "");
    }

    private static string OutOfTime(X509Certificate2 certificate, string what, DateTime now) => now < certificate.NotBefore
        ? string.Create(CultureInfo.InvariantCulture, $"{what} is valid from {certificate.NotBefore.ToUniversalTime():yyyy-MM-dd HH:mm} UTC only")
        : string.Create(CultureInfo.InvariantCulture, $"{what} expired on {certificate.NotAfter.ToUniversalTime():yyyy-MM-dd HH:mm} UTC");

    private static string Name(X509Certificate2 certificate, bool issuer) => Short(certificate.GetNameInfo(X509NameType.SimpleName, issuer));

    private static string Short(string name) => name.Length <= LongestName ? name : name[..LongestName] + "…";
}
