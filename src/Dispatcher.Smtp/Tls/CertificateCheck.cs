using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Smtp.Tls;

/// <summary>Judges a server's certificate, and keeps what is wrong with it in words. For one handshake.</summary>
/// <param name="name">That it must be for.</param>
/// <param name="checks">False: any will do.</param>
/// <param name="authorities">Trusted besides the system's.</param>
/// <param name="hasSettings">There are settings for this server, which the words may name; not so for a mail exchanger.</param>
internal sealed class CertificateCheck(string name, bool checks, X509Certificate2Collection? authorities, bool hasSettings)
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>Null: it was accepted, or not looked at yet.</summary>
    public string? Problem { get; private set; }

    /// <summary>No look-ups on the way: neither missing issuers nor revocation lists are fetched.</summary>
    public static X509ChainPolicy Policy() => new()
    {
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
        ApplicationPolicy = { new Oid(ServerAuthentication) },
    };

    public bool Accepts(X509Certificate2? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (!checks)
        {
            return true;
        }

        if (certificate is null || chain is null)
        {
            Problem = "the server showed no certificate";
            return false;
        }

        var problems = new List<string>();
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateChainErrors) && ChainProblem(certificate, chain) is { } untrusted)
        {
            problems.Add(untrusted);
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            problems.Add(CertificateText.WrongName(certificate, name) + (hasSettings ? " (Smtp:TlsName sets the name to expect)" : ""));
        }

        Problem = problems.Count == 0 ? null : string.Join("; ", problems);
        return problems.Count == 0;
    }

    /// <summary>The system does not trust it: perhaps the authorities of the settings do.</summary>
    private string? ChainProblem(X509Certificate2 certificate, X509Chain chain)
    {
        if (authorities is null)
        {
            return CertificateText.Untrusted(chain, hasSettings);
        }

        using var own = new X509Chain { ChainPolicy = Policy() };
        own.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        own.ChainPolicy.CustomTrustStore.AddRange(authorities);
        own.ChainPolicy.ExtraStore.AddRange(chain.ChainPolicy.ExtraStore);
        return own.Build(certificate) ? null : CertificateText.Untrusted(own, hasSettings);
    }
}
