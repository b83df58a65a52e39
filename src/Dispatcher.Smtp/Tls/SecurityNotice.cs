using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tls;

/// <summary>Says at start, once, how the connection to the relay is protected, and warns of what an operator may not have meant.</summary>
internal sealed partial class SecurityNotice(IOptions<SmtpOptions> options, ILogger<SecurityNotice> logger) : IHostedService
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var smtp = options.Value;
        if (!string.IsNullOrEmpty(smtp.RoutesFile))
        {
            LogRoutes(smtp.RoutesFile);
            return Task.CompletedTask;
        }

        var mode = TlsPlan.ModeOf(smtp);
        LogMode(smtp.Host, smtp.Port, mode);
        if (smtp.AcceptInvalidCertificates && mode != SmtpTls.None)
        {
            LogUnchecked();
        }

        if (!string.IsNullOrEmpty(smtp.User) && mode is SmtpTls.None or SmtpTls.Opportunistic)
        {
            LogPlainTextAuth();
        }

        foreach (var file in new[] { smtp.PasswordFile, smtp.ClientKeyFile }.OfType<string>().Where(file => file.Length > 0 && IsOpenToOthers(file)))
        {
            LogOpenFile(file);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private static bool IsOpenToOthers(string file)
    {
        try
        {
            // Of what a link leads to: links themselves are open to everyone.
            var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(target) & Others) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false; // each login says what is wrong with it
        }
    }

    [LoggerMessage(LogLevel.Information, "Mail goes by the routes in {File}")]
    private partial void LogRoutes(string file);

    [LoggerMessage(LogLevel.Information, "Mail goes to {Host}:{Port}, TLS: {Mode}")]
    private partial void LogMode(string host, int port, SmtpTls mode);

    [LoggerMessage(LogLevel.Warning,
        "Smtp:AcceptInvalidCertificates is on: whoever is on the way to the relay can read along. Name its authority in Smtp:CaFile instead")]
    private partial void LogUnchecked();

    [LoggerMessage(LogLevel.Warning, "Smtp:AllowPlainTextAuth is on: the password may go out where others can read it")]
    private partial void LogPlainTextAuth();

    [LoggerMessage(LogLevel.Warning, "Others than its owner can read or change {File}. Set its mode to 0400 or 0440")]
    private partial void LogOpenFile(string file);
}
