using System.Globalization;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>What makes a <see cref="RealPostfix"/> a submission server: TLS, and a login by Cyrus SASL with a database of one user.</summary>
public sealed class PostfixSecurity
{
    public const string User = "worker";
    public const string Password = "cor=rect, horse";

    private const string Realm = "mail." + RealPostfix.Domain;
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    private readonly X509Certificate2 _certificate;

    /// <param name="certificate">With its key.</param>
    public PostfixSecurity(X509Certificate2 certificate) => _certificate = certificate;

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing => RealPostfix.Missing
        ?? (File.Exists("/usr/sbin/saslpasswd2") ? null : "saslpasswd2 (package sasl2-bin) is not installed");

    /// <summary>STARTTLS and login required, as on port 587.</summary>
    public int SubmissionPort { get; } = FreePort.Find();

    /// <summary>TLS from the first byte and login required, as on port 465.</summary>
    public int SubmissionsPort { get; } = FreePort.Find();

    /// <summary>Mechanisms that it announces, in Cyrus' notation.</summary>
    public string Mechanisms { get; init; } = "PLAIN LOGIN SCRAM-SHA-256";

    /// <summary>Writes its files, and returns lines for main.cf and master.cf.</summary>
    internal async Task<(string Main, string Master)> WriteAsync(string config)
    {
        using var key = _certificate.GetECDsaPrivateKey() ?? throw new InvalidOperationException("The certificate has no EC key.");
        await File.WriteAllTextAsync(Path.Combine(config, "tls.pem"), key.ExportPkcs8PrivateKeyPem() + "\n" + _certificate.ExportCertificatePem() + "\n");

        var sasl = Directory.CreateDirectory(Path.Combine(config, "sasl")).FullName;
        await File.WriteAllTextAsync(Path.Combine(sasl, "smtpd.conf"), $"""
            pwcheck_method: auxprop
            auxprop_plugin: sasldb
            sasldb_path: {sasl}/users
            mech_list: {Mechanisms}

            """);
        await ChildProcess.RunAsync("/bin/bash", Limit, "-c",
            $"printf %s '{Password}' | /usr/sbin/saslpasswd2 -p -c -f {sasl}/users -u {Realm} {User} && chown postfix {sasl}/users");

        return ($"""
            smtpd_tls_chain_files = {config}/tls.pem
            smtpd_tls_security_level = may
            smtpd_tls_session_cache_database =
            tls_random_source = dev:/dev/urandom
            cyrus_sasl_config_path = {sasl}
            smtpd_sasl_local_domain = {Realm}
            smtpd_tls_auth_only = yes

            """,
            Service(SubmissionPort, "smtpd_tls_security_level=encrypt") + Service(SubmissionsPort, "smtpd_tls_wrappermode=yes")
                + "tlsmgr unix - - n 1000? 1 tlsmgr\n");
    }

    private static string Service(int port, string tls) => string.Create(CultureInfo.InvariantCulture,
        $"127.0.0.1:{port} inet n - n - - smtpd -o {tls} -o smtpd_sasl_auth_enable=yes -o smtpd_client_restrictions=permit_sasl_authenticated,reject\n");
}
