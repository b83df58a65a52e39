using Dispatcher.Core.Checks;
using Dispatcher.Core.Feedback;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Tests.Fakes;

/// <summary>Keeps events. Of id <c>nobody</c> there is no invitation, and <c>busy</c> is on the wire.</summary>
internal sealed class FakeFeedbackStore : IFeedbackStore
{
    public List<FeedbackEvent> Events { get; } = [];

    public ValueTask<IReadOnlyList<FeedbackResult>> RecordAsync(IReadOnlyList<FeedbackEvent> events, string by, CancellationToken cancellationToken)
    {
        Events.AddRange(events);
        return ValueTask.FromResult<IReadOnlyList<FeedbackResult>>([.. events.Select(told => told switch
        {
            { Id: "nobody" } => FeedbackResult.Unknown,
            { Id: "busy" } => FeedbackResult.Early,
            { Recipient: not null } => FeedbackResult.Noted,
            _ => Events.Count(other => other == told) > 1 ? FeedbackResult.Stale : FeedbackResult.Changed,
        })]);
    }

    public ValueTask<bool> OptInAsync(string address, CancellationToken cancellationToken) =>
        ValueTask.FromResult(Events.RemoveAll(told => told.Scope == FeedbackScope.All && told.Recipient == address) > 0);

    public ValueTask<RecipientFacts> FindAsync(string address, CancellationToken cancellationToken) => ValueTask.FromResult(
        new RecipientFacts(Events.Exists(told => told.Scope == FeedbackScope.All && told.Recipient == address), 0));
}
