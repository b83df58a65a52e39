using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace Dispatcher.Smtp.Tls;

/// <summary>Says at start, once, how the connection to the relay is protected, and warns of what an operator may not have meant. With a file of
/// routes <see cref="Routing.RouteBook"/> warns, since it reads the file again.</summary>
internal sealed partial class SecurityNotice(IOptions<SmtpOptions> options, ILogger<SecurityNotice> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var smtp = options.Value;
        if (!string.IsNullOrEmpty(smtp.RoutesFile))
        {
            LogRoutes(smtp.RoutesFile);
            return Task.CompletedTask;
        }

        LogMode(smtp.Host, smtp.Port, TlsPlan.ModeOf(smtp));
        foreach (var warning in SecurityWarnings.Of(smtp))
        {
            LogUnsafe(warning);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(LogLevel.Information, "Mail goes by the routes in {File}")]
    private partial void LogRoutes(string file);

    [LoggerMessage(LogLevel.Information, "Mail goes to {Host}:{Port}, TLS: {Mode}")]
    private partial void LogMode(string host, int port, SmtpTls mode);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private partial void LogUnsafe(string warning);
}
