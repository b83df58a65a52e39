using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Redis;

/// <summary>Brings the operators' block list to the checks of this worker: read again when it has changed. Called by one loop.</summary>
public sealed partial class BlockedDomainsFeed(RedisBlockListStore store, BlockedDomains blocked, ILogger<BlockedDomainsFeed> logger)
{
    // Who changes it all the time gets what there is, and a look each second.
    private const int MostTries = 3;

    private string? _seen;

    /// <exception cref="Core.Storage.StorageUnavailableException">What is known stays in force.</exception>
    public async ValueTask RefreshAsync(CancellationToken cancellationToken)
    {
        var revision = await store.RevisionAsync(cancellationToken).ConfigureAwait(false);
        if (revision == _seen)
        {
            return;
        }

        // A list that was replaced while it was read may lack what both lists have: rather read it again.
        var domains = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        for (var tries = 1; tries < MostTries; tries++)
        {
            var before = revision;
            revision = await store.RevisionAsync(cancellationToken).ConfigureAwait(false);
            if (revision == before)
            {
                break;
            }

            domains = await store.ListAsync(cancellationToken).ConfigureAwait(false);
        }

        // Should it have changed once more, the next look sees that.
        blocked.Replace(new DomainSet(domains));
        _seen = revision;
        LogRead(domains.Count);
    }

    [LoggerMessage(LogLevel.Debug, "Blocked domains read: {Count}")]
    private partial void LogRead(int count);
}
