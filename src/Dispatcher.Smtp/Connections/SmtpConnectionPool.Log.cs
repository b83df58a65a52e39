using Microsoft.Extensions.Logging;

namespace Dispatcher.Smtp.Connections;

internal sealed partial class SmtpConnectionPool
{
    [LoggerMessage(LogLevel.Debug, "Opened a connection to {Endpoint}")]
    private partial void LogOpened(string endpoint);

    [LoggerMessage(LogLevel.Debug, "A connection to {Endpoint} ended before a message's content was said; using another one")]
    private partial void LogReturned(string endpoint);

    [LoggerMessage(LogLevel.Warning,
        "{Endpoint} announces PIPELINING and does not answer what is said behind a message's content. Nothing is said there any more; Smtp:Pipelining=false spares the wait")]
    private partial void LogStopPairing(string endpoint);

    [LoggerMessage(LogLevel.Warning, "No connection to {Endpoint}: {Reason}. Messages are deferred until it answers")]
    private partial void LogUnreachable(string endpoint, string? reason);

    [LoggerMessage(LogLevel.Information, "{Endpoint} answers again")]
    private partial void LogReachableAgain(string endpoint);

    [LoggerMessage(LogLevel.Error, "Opening a connection to {Endpoint} failed on our side")]
    private partial void LogBug(string endpoint, Exception exception);
}
