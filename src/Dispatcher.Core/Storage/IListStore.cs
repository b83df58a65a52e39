namespace Dispatcher.Core.Storage;

/// <summary>Tenants' uploaded lists: allow-lists and catalogues of SKUs. Same errors and threading as <see cref="IInvitationStore"/>.</summary>
public interface IListStore
{
    /// <summary>Puts <paramref name="entries"/> in the place of the list; in force at its end and as a whole. Should it end early, the old list stays.</summary>
    /// <param name="progress">Told how many entries were taken so far.</param>
    /// <returns>How many different entries are in force.</returns>
    ValueTask<long> ReplaceAsync(TenantList list, string tenant, IAsyncEnumerable<string> entries, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <summary>Puts a few entries on the list, which is made if there is none.</summary>
    ValueTask<long> AddAsync(TenantList list, string tenant, IReadOnlyList<string> entries, CancellationToken cancellationToken);

    /// <summary>Takes a few entries off the list.</summary>
    ValueTask<long> RemoveAsync(TenantList list, string tenant, IReadOnlyList<string> entries, CancellationToken cancellationToken);

    /// <returns>False: there was no list.</returns>
    ValueTask<bool> ClearAsync(TenantList list, string tenant, CancellationToken cancellationToken);

    /// <returns>How many entries are in force; null: there is no list.</returns>
    ValueTask<long?> SizeAsync(TenantList list, string tenant, CancellationToken cancellationToken);
}

public enum TenantList
{
    Unset = 0,

    /// <summary>Recipients who agreed; kept as hashes.</summary>
    Allow,

    /// <summary>SKUs that the tenant sells.</summary>
    Skus,
}
