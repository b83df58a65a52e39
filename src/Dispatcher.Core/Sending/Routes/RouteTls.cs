namespace Dispatcher.Core.Sending.Routes;

/// <summary>When a route's connections are encrypted: the same words and meanings as <c>Smtp:Tls</c>.</summary>
public enum RouteTls
{
    Auto = 0,
    None,
    Opportunistic,
    Required,
    Implicit,
}
