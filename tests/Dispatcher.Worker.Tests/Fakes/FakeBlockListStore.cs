using Dispatcher.Core.Addresses;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>A block list in memory.</summary>
internal sealed class FakeBlockListStore : IBlockListStore
{
    private readonly Lock _changing = new();

    public SortedSet<string> Domains { get; private set; } = new(StringComparer.Ordinal);

    public async ValueTask<long> ReplaceAsync(IAsyncEnumerable<string> domains, IProgress<long>? progress, CancellationToken cancellationToken)
    {
        var all = new SortedSet<string>(StringComparer.Ordinal);
        await foreach (var domain in domains.WithCancellation(cancellationToken))
        {
            all.Add(Clean(domain));
        }

        progress?.Report(all.Count);
        Domains = all;
        return all.Count;
    }

    public ValueTask<long> AddAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken)
    {
        lock (_changing)
        {
            Domains.UnionWith(domains.Select(Clean));
            return ValueTask.FromResult((long)Domains.Count);
        }
    }

    public ValueTask<long> RemoveAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken)
    {
        lock (_changing)
        {
            Domains.ExceptWith(domains.Select(Clean));
            return ValueTask.FromResult((long)Domains.Count);
        }
    }

    public ValueTask<long> ClearAsync(CancellationToken cancellationToken)
    {
        lock (_changing)
        {
            var was = Domains.Count;
            Domains.Clear();
            return ValueTask.FromResult((long)was);
        }
    }

    public ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken) => ValueTask.FromResult<IReadOnlyList<string>>([.. Domains]);

    public ValueTask<long> SizeAsync(CancellationToken cancellationToken) => ValueTask.FromResult((long)Domains.Count);

    public ValueTask<string?> FindAsync(string domain, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Domains.FirstOrDefault(one => Clean(domain) == one || Clean(domain).EndsWith("." + one, StringComparison.Ordinal)));

    private static string Clean(string domain) => (DomainSyntax.ToAscii(domain) ?? domain).ToLowerInvariant();
}
