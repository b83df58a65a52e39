using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>What all connectors of a direct route share.</summary>
internal sealed record MxTools
{
    /// <summary>The route's name.</summary>
    public required string Route { get; init; }

    public required DirectSettings Direct { get; init; }

    public required SmtpTimeouts Timeouts { get; init; }

    public required OwnIdentity Own { get; init; }

    public required HostAddresses Addresses { get; init; }

    public HostRooms Rooms { get; } = new();

    public required MuteHosts Mute { get; init; }

    public required SourceChoice Sources { get; init; }

    /// <summary>For each way to encrypt that a direct route knows.</summary>
    public required IReadOnlyDictionary<RouteTls, SessionOpener> Openers { get; init; }

    public required TimeProvider Time { get; init; }
}
