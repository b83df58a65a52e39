namespace Dispatcher.Core.Sending.Routes;

public enum RouteKind
{
    /// <summary>Relays that take mail for everybody.</summary>
    Relay = 0,

    /// <summary>The mail exchangers of each recipient's domain (RFC 5321 section 5).</summary>
    Direct,
}
