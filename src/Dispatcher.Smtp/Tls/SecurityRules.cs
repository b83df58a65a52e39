using System.Net;
using Dispatcher.Smtp.Auth;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Tls;

/// <summary>The rules between the settings of TLS and login. Files are tried too: better a worker that does not start than one that waits.</summary>
internal static class SecurityRules
{
    public static IEnumerable<string> Problems(SmtpOptions options) => TlsProblems(options).Concat(LoginProblems(options));

    private static IEnumerable<string> TlsProblems(SmtpOptions options)
    {
        if (options.TlsName is { } name && !MailboxAddress.IsDomain(name) && !IPAddress.TryParse(name, out _))
        {
            yield return $"Smtp:TlsName '{name}' is not a host name. Set it to the name that the relay's certificate is for.";
        }

        if (options.ClientCertificateFile is null != options.ClientKeyFile is null)
        {
            yield return "Smtp:ClientCertificateFile and Smtp:ClientKeyFile belong together. Set both or none.";
        }

        var files = new TlsFiles(options);
        if (files.ReadAuthorities().Problem is { } authorities)
        {
            yield return authorities + ". Name a file with certificates between BEGIN CERTIFICATE and END CERTIFICATE.";
        }

        if (files.ReadOwn().Problem is { } own)
        {
            yield return own + ". Name a certificate and its key without a pass phrase.";
        }
    }

    private static IEnumerable<string> LoginProblems(SmtpOptions options)
    {
        if (string.IsNullOrEmpty(options.User) != string.IsNullOrEmpty(options.PasswordFile))
        {
            yield return "Smtp:User and Smtp:PasswordFile belong together. Set both to log in, or none.";
        }

        if (options.AuthMechanism is { } mechanism && !MechanismChoice.Known.Contains(mechanism, StringComparer.OrdinalIgnoreCase))
        {
            yield return $"Smtp:AuthMechanism '{mechanism}' is unknown. Known are {string.Join(", ", MechanismChoice.Known)}; leave it out to use the best.";
        }

        if (options is not { User: { Length: > 0 } user, PasswordFile: { Length: > 0 } file })
        {
            yield break;
        }

        if (user.Any(char.IsControl))
        {
            yield return "Smtp:User holds control characters. Write the name only.";
        }

        if (!options.AllowPlainTextAuth && TlsPlan.ModeOf(options) is SmtpTls.None or SmtpTls.Opportunistic)
        {
            yield return $"Smtp:User is set and Smtp:Tls is {options.Tls}: the password could be read on the way. "
                + "Set Smtp:Tls to Required or Implicit, or Smtp:AllowPlainTextAuth to true.";
        }

        if (new CredentialSource(user, file).Read().Problem is { } problem)
        {
            yield return problem + ". It must hold the password and nothing else.";
        }
    }
}
