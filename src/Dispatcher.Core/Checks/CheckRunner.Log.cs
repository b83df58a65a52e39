using Microsoft.Extensions.Logging;

namespace Dispatcher.Core.Checks;

public sealed partial class CheckRunner
{
    // Not the exception itself: its message may quote an address.
    [LoggerMessage(LogLevel.Error, "Check {Check} threw {Exception} for invitation {Tenant}/{Id}, which ends as internal-error:\n{StackTrace}")]
    private partial void LogThrew(string exception, string check, string tenant, string id, string? stackTrace);

    [LoggerMessage(LogLevel.Error, "Check {Check} returned no verdict for invitation {Tenant}/{Id}, which ends as internal-error")]
    private partial void LogUnset(string check, string tenant, string id);
}
