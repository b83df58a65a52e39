namespace Dispatcher.Smtp.Tls;

/// <summary>What an operator may not have meant: said when the settings, or a file of routes, come into force.</summary>
internal static class SecurityWarnings
{
    public static IEnumerable<string> Of(SmtpOptions smtp)
    {
        var mode = TlsPlan.ModeOf(smtp);
        if (smtp.AcceptInvalidCertificates && mode != SmtpTls.None)
        {
            yield return "Smtp:AcceptInvalidCertificates is on: whoever is on the way to the relay can read along. Name its authority in Smtp:CaFile instead";
        }

        if (!string.IsNullOrEmpty(smtp.User) && mode is SmtpTls.None or SmtpTls.Opportunistic)
        {
            yield return "Smtp:AllowPlainTextAuth is on: the password may go out where others can read it";
        }

        foreach (var file in SecretFiles.Of(smtp).Where(SecretFiles.IsOpenToOthers))
        {
            yield return $"Others than its owner can read or change {file}. Set its mode to 0400 or 0440";
        }
    }
}
