using Dispatcher.Core.Feedback;

namespace Dispatcher.Core.Storage;

/// <summary>What became of invitations afterwards. Same errors and threading as <see cref="IInvitationStore"/>.</summary>
public interface IFeedbackStore
{
    /// <summary>Remembers what happened. Idempotent, and in any order: a status never goes back.</summary>
    /// <param name="by">The door it came by, for the trail.</param>
    /// <returns>What each changed, in order.</returns>
    ValueTask<IReadOnlyList<FeedbackResult>> RecordAsync(IReadOnlyList<FeedbackEvent> events, string by, CancellationToken cancellationToken);

    /// <summary>Lets everybody write again to a recipient who had opted out of everything; what single tenants must not do stays.</summary>
    /// <returns>False: the recipient had not opted out.</returns>
    ValueTask<bool> OptInAsync(string address, CancellationToken cancellationToken);

    /// <returns>What is known of the recipient whoever writes.</returns>
    ValueTask<Checks.RecipientFacts> FindAsync(string address, CancellationToken cancellationToken);
}
