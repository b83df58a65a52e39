using Dispatcher.Core.Replies;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Feedback;

/// <summary>What follows from an event, by the settings of its tenant. Pure.</summary>
/// <param name="Status">What the invitation becomes unless its status ranks higher; unset: nothing.</param>
/// <param name="Detail">Why, for staff.</param>
/// <param name="Suppress">Why the tenant must not write to the recipient; null: it may.</param>
/// <param name="SuppressFor">Null: for ever.</param>
public sealed record FeedbackEffect(Status Status, string? Detail, string? Suppress, TimeSpan? SuppressFor)
{
    public static FeedbackEffect Of(FeedbackEvent told, TenantSettings tenant) => told.Kind switch
    {
        FeedbackKind.Bounce => Bounced(told.Detail ?? "", tenant),
        FeedbackKind.Complaint => new(Status.DeliveredSpam, "the recipient marked it as junk", "complaint", TimeSpan.FromDays(tenant.Suppression.ComplaintDays)),
        FeedbackKind.Unsubscribe => new(
            Status.DeliveredUnsubscribed,
            told.Scope == FeedbackScope.All ? "the recipient unsubscribed from the invitations of all" : "the recipient unsubscribed",
            "unsubscribed",
            null),
        FeedbackKind.Review => new(Status.Unset, null, null, null),
        FeedbackKind.Receipt => told.Detail?.StartsWith("failed", StringComparison.OrdinalIgnoreCase) == true
            ? new(Status.Rejected, "the receipt says that it failed", null, null)
            : new(Status.Delivered, "the receipt says that it arrived", null, null),
        _ => throw new InvalidOperationException("an event without a kind"),
    };

    /// <summary>By the words of the server, as on the wire. What it would have taken later has failed for good now: the server's trouble.</summary>
    private static FeedbackEffect Bounced(string text, TenantSettings tenant)
    {
        var line = ReplyLine.Read(text);
        if (!line.IsReply)
        {
            return new(Status.Rejected, "it was given back without a reason", null, null);
        }

        var verdict = ReplyClassifier.Default.Classify(line.Stage, line.Code, line.Enhanced, line.Text);
        var status = verdict.Kind switch
        {
            Sending.OutcomeKind.Rejected when verdict.Status != Status.Unset => verdict.Status,
            Sending.OutcomeKind.Deferred => Status.RecipientServerProblem,
            _ => Status.Rejected,
        };
        return verdict.Hard
            ? new(status, verdict.Reason, "hard-bounce", TimeSpan.FromDays(tenant.Suppression.HardBounceDays))
            : new(status, verdict.Reason, null, null);
    }
}
