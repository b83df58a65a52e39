using System.Net;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>How mail exchangers are found and spoken to.</summary>
public sealed record DirectSettings
{
    /// <summary>Default 25; another one is for tests, as MX records name no port.</summary>
    public int Port { get; init; } = 25;

    public AddressOrder Addresses { get; init; }

    /// <summary>Used in turn, each for hosts of its family. Empty: the system chooses.</summary>
    public IReadOnlyList<SourceAddress> Sources { get; init; } = [];

    /// <summary><see cref="RouteTls.Opportunistic"/> (default), <see cref="RouteTls.Required"/> or <see cref="RouteTls.None"/>.</summary>
    public RouteTls Tls { get; init; } = RouteTls.Opportunistic;

    /// <summary>Addresses that one connection tries at most. Default 5; 1 to 50.</summary>
    public int MaxTries { get; init; } = 5;

    /// <summary>Time for one connection, all tries together; each of several may take half of what is left. Default 2 min; 1 s to 30 min.</summary>
    public TimeSpan MaxTime { get; init; } = TimeSpan.FromMinutes(2);

    /// <summary>Addresses besides <see cref="Sources"/> at which we are reached, behind a translation for example: an exchanger there is
    /// ourselves.</summary>
    public IReadOnlyList<IPAddress> OwnAddresses { get; init; } = [];

    /// <summary>True: exchangers at loopback addresses are used. For tests: they are this machine, which is a loop.</summary>
    public bool AllowLoopback { get; init; }
}
