using Microsoft.Extensions.Logging;

namespace Dispatcher.Smtp.Routing;

public sealed partial class RouteBook
{
    [LoggerMessage(LogLevel.Information, "{Routes} routes and {Rules} shaping rules are in force")]
    private partial void LogInForce(int routes, int rules);

    [LoggerMessage(LogLevel.Warning, "Routes and shaping rules stay as they are until this is mended: {Problem}")]
    private partial void LogProblem(string problem);

    [LoggerMessage(LogLevel.Warning, "{Warning}")]
    private partial void LogUnsafe(string warning);
}
