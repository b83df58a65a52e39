using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Checks;

public sealed partial class TemporaryDomains
{
    [LoggerMessage(LogLevel.Information, "Throw-away domains read from {File}: {Listed}, exceptions {Excepted}, lines that are no domain {Bad} (the first: {FirstBad})")]
    private partial void LogRead(string file, int listed, int excepted, int bad, int firstBad);

    [LoggerMessage(LogLevel.Warning, "Throw-away domains in {File} can't be read: {Problem}; those known stay")]
    private partial void LogUnreadable(string file, string problem);
}
