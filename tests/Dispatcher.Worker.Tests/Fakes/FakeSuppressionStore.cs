using System.Collections.Concurrent;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Suppressed addresses in memory.</summary>
internal sealed class FakeSuppressionStore : ISuppressionStore
{
    public ConcurrentDictionary<(string Tenant, string Address), (string Reason, TimeSpan? Duration)> Suppressed { get; } = new();

    public ValueTask SuppressAsync(string tenant, string address, string reason, TimeSpan? duration, CancellationToken cancellationToken)
    {
        Suppressed[(tenant, address)] = (reason, duration);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> ReleaseAsync(string tenant, string address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Suppressed.TryRemove((tenant, address), out _));

    public ValueTask<string?> FindAsync(string tenant, string address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Suppressed.TryGetValue((tenant, address), out var found) ? found.Reason : null);
}
