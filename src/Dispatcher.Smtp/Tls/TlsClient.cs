using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;

namespace Dispatcher.Smtp.Tls;

/// <summary>Puts TLS over a connection by the settings. Safe for concurrent calls.</summary>
/// <remarks>Revocation is not asked for: answers come from elsewhere than the relay, and a network that blocks them would stop all mail.</remarks>
internal sealed class TlsClient
{
    private readonly TlsFiles _files;
    private readonly string _name;
    private readonly bool _checks;
    private readonly SslProtocols _protocols;

    public TlsClient(SmtpOptions options)
    {
        _files = new TlsFiles(options);
        _name = TlsPlan.NameOf(options);
        _checks = TlsPlan.ChecksCertificate(options);
        _protocols = options.MinTls == SmtpOptions.Tls13 ? SslProtocols.Tls13 : SslProtocols.Tls12 | SslProtocols.Tls13;
    }

    /// <summary>The encrypted stream, which owns <paramref name="transport"/>, or what is wrong.</summary>
    /// <param name="transport">The connection.</param>
    /// <param name="name">Who we mean to talk to; null: as in the settings.</param>
    /// <param name="cancellation">Gives up.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask<(Stream? Stream, string? Problem)> HandshakeAsync(Stream transport, string? name, CancellationToken cancellation)
    {
        var (authorities, noAuthorities) = _files.ReadAuthorities();
        var (own, noOwn) = _files.ReadOwn();
        if ((noAuthorities ?? noOwn) is { } problem)
        {
            return (null, problem);
        }

        var check = new CertificateCheck(name ?? _name, _checks, authorities, hasSettings: name is null);
        var stream = new SslStream(transport);
        try
        {
            await stream.AuthenticateAsClientAsync(Options(name ?? _name, check, own), cancellation);
            return (stream, null);
        }
        catch (Exception failure) when (failure is AuthenticationException or IOException or SocketException)
        {
            await stream.DisposeAsync();
            return (null, check.Problem ?? $"the TLS handshake failed: {HandshakeFault.Describe(failure)}");
        }
        catch
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private SslClientAuthenticationOptions Options(string name, CertificateCheck check, SslStreamCertificateContext? own) => new()
    {
        TargetHost = name,
        EnabledSslProtocols = _protocols,
        AllowRenegotiation = false,
        ClientCertificateContext = own,
        CertificateChainPolicy = CertificateCheck.Policy(),
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => check.Accepts(certificate as X509Certificate2, chain, errors),
    };
}
