namespace Dispatcher.Core.Storage;

/// <summary>
/// The operators' list of recipient domains that nothing is sent to, whoever writes. A domain covers all below it; it may be given in any case and,
/// when international, in either form. Running workers go by a change within two seconds. Same errors and threading as
/// <see cref="IInvitationStore"/>.
/// </summary>
public interface IBlockListStore
{
    /// <summary>Different domains on the list.</summary>
    const int MaxDomains = 100_000;

    /// <summary>Puts <paramref name="domains"/> in the place of the list; in force at its end and as a whole. Should it end early, the old list stays.</summary>
    /// <param name="domains">Well-formed.</param>
    /// <param name="progress">Told how many were taken so far. Null: nobody asks.</param>
    /// <returns>How many different domains are in force.</returns>
    /// <exception cref="InvalidDataException">More than <see cref="MaxDomains"/>: the list in force stays.</exception>
    ValueTask<long> ReplaceAsync(IAsyncEnumerable<string> domains, IProgress<long>? progress, CancellationToken cancellationToken);

    /// <returns>How many domains are in force.</returns>
    /// <exception cref="InvalidDataException">More than <see cref="MaxDomains"/>: of the last thousand none was added.</exception>
    ValueTask<long> AddAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken);

    /// <returns>How many domains are in force.</returns>
    ValueTask<long> RemoveAsync(IReadOnlyList<string> domains, CancellationToken cancellationToken);

    /// <returns>How many domains there were.</returns>
    ValueTask<long> ClearAsync(CancellationToken cancellationToken);

    /// <summary>All domains in ordinal order, in lower case and as they go over the wire.</summary>
    ValueTask<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <returns>How many domains are in force.</returns>
    ValueTask<long> SizeAsync(CancellationToken cancellationToken);

    /// <returns>What on the list covers the domain: itself or the nearest above it; null: nothing.</returns>
    ValueTask<string?> FindAsync(string domain, CancellationToken cancellationToken);
}
