using Microsoft.Extensions.Logging;

namespace Dispatcher.Smtp;

public sealed partial class SmtpTransport
{
    [LoggerMessage(LogLevel.Debug, "Opened a connection to {Endpoint}")]
    private partial void LogOpened(string endpoint);

    [LoggerMessage(LogLevel.Debug, "A kept connection to {Endpoint} was closed by the server; using a new one")]
    private partial void LogStale(string endpoint);

    [LoggerMessage(LogLevel.Warning, "No connection to {Endpoint}: {Reason}. Messages are deferred until it answers")]
    private partial void LogUnreachable(string endpoint, string? reason);

    [LoggerMessage(LogLevel.Information, "{Endpoint} answers again")]
    private partial void LogReachableAgain(string endpoint);
}
