using Dispatcher.Core.Addresses;

namespace Dispatcher.Smtp.Tls;

/// <summary>What the TLS settings come to.</summary>
internal static class TlsPlan
{
    private const int ImplicitTlsPort = 465;

    /// <summary>The mode in force: never <see cref="SmtpTls.Auto"/>.</summary>
    public static SmtpTls ModeOf(SmtpOptions options) => options.Tls switch
    {
        not SmtpTls.Auto => options.Tls,
        _ when options.Port == ImplicitTlsPort => SmtpTls.Implicit,

        // What never leaves this machine needs no cover, and local relays tend to have certificates that nobody can check.
        _ when IpSyntax.IsLoopbackHost(options.Host) && !AsksForMore(options) => SmtpTls.None,
        _ => SmtpTls.Required,
    };

    /// <summary>The name that the server's certificate must be for, and that SNI asks for.</summary>
    public static string NameOf(SmtpOptions options) => (options.TlsName ?? options.Host).TrimEnd('.');

    /// <summary>False: whoever answers is believed.</summary>
    public static bool ChecksCertificate(SmtpOptions options) =>
        !options.AcceptInvalidCertificates && ModeOf(options) is SmtpTls.Required or SmtpTls.Implicit;

    private static bool AsksForMore(SmtpOptions options) =>
        !string.IsNullOrEmpty(options.User) || (options.TlsName ?? options.CaFile ?? options.ClientCertificateFile) is not null;
}
