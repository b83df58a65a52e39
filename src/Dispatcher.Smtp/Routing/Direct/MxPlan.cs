using System.Collections.Immutable;
using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Where mail for a domain goes, or why it does not.</summary>
internal sealed record MxPlan
{
    /// <summary>By preference. Empty: see <see cref="Refusal"/>.</summary>
    public ImmutableArray<MxHost> Hosts { get; init; } = [];

    public DeliveryOutcome Refusal { get; init; }

    /// <summary>How long this may be believed.</summary>
    public required TimeSpan TimeToLive { get; init; }

    public bool IsRefusal => Hosts.IsEmpty;

    /// <summary>The same for domains whose mail goes to the same hosts in the same order.</summary>
    public string HostsKey => string.Join(',', Hosts.OrderBy(host => host.Name, StringComparer.OrdinalIgnoreCase)
        .Select(host => $"{host.Preference} {host.Name.ToLowerInvariant()}"));
}
