namespace Dispatcher.Core.Storage;

/// <summary>Who must not be written to. Same errors and threading as <see cref="IInvitationStore"/>.</summary>
public interface ISuppressionStore
{
    /// <summary>Idempotent: the later expiry wins.</summary>
    /// <param name="reason">For example <c>unsubscribed</c>, <c>complaint</c>, <c>hard-bounce</c>.</param>
    /// <param name="duration">Null: for ever.</param>
    ValueTask SuppressAsync(string tenant, string address, string reason, TimeSpan? duration, CancellationToken cancellationToken);

    /// <returns>False: it was not suppressed.</returns>
    ValueTask<bool> ReleaseAsync(string tenant, string address, CancellationToken cancellationToken);

    /// <returns>The reason; null: not suppressed.</returns>
    ValueTask<string?> FindAsync(string tenant, string address, CancellationToken cancellationToken);
}
