using System.Collections.Concurrent;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Lists in memory.</summary>
internal sealed class FakeListStore : IListStore
{
    public ConcurrentDictionary<(TenantList List, string Tenant), HashSet<string>> Lists { get; } = new();

    public async ValueTask<long> ReplaceAsync(
        TenantList list, string tenant, IAsyncEnumerable<string> entries, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var all = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in entries.WithCancellation(cancellationToken))
        {
            all.Add(entry);
            progress?.Report(all.Count);
        }

        Lists[(list, tenant)] = all;
        return all.Count;
    }

    public ValueTask<long> AddAsync(TenantList list, string tenant, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        var all = Lists.GetOrAdd((list, tenant), _ => []);
        all.UnionWith(entries);
        return ValueTask.FromResult((long)all.Count);
    }

    public ValueTask<long> RemoveAsync(TenantList list, string tenant, IReadOnlyList<string> entries, CancellationToken cancellationToken)
    {
        var all = Lists.GetOrAdd((list, tenant), _ => []);
        all.ExceptWith(entries);
        return ValueTask.FromResult((long)all.Count);
    }

    public ValueTask<bool> ClearAsync(TenantList list, string tenant, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Lists.TryRemove((list, tenant), out _));

    public ValueTask<long?> SizeAsync(TenantList list, string tenant, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Lists.TryGetValue((list, tenant), out var all) ? (long?)all.Count : null);
}
