using Dispatcher.Core.Replies;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Bounces;

/// <summary>What is shown of a reply: the codes of contracts section 5. All but the reason are null for what is no reply.</summary>
/// <param name="RetryClass">Null unless the outcome is deferred.</param>
internal readonly record struct ClassifiedReply(string? Outcome, string? Status, string? Scope, string? RetryClass, string Reason, bool Hard)
{
    public static readonly ClassifiedReply None = new(null, null, null, null, "not-a-reply", false);

    public static ClassifiedReply Of(ReadOnlySpan<char> line)
    {
        var reply = ReplyLine.Read(line);
        if (!reply.IsReply)
        {
            return None;
        }

        var verdict = ReplyClassifier.Default.Classify(reply.Stage, reply.Code, reply.Enhanced, reply.Text);
        if (reply.Code == 0 && reply.Enhanced.IsNone && verdict.Reason == ReplyClassifier.LastReason)
        {
            return None; // no code, and no words that a server is known to say
        }

        return new(
            Codes.Of(verdict.Kind),
            StatusOf(verdict),
            Codes.Of(verdict.Scope),
            verdict.Kind == OutcomeKind.Deferred ? Codes.Of(verdict.RetryClass) : null,
            verdict.Reason,
            verdict.Hard);
    }

    private static string StatusOf(ReplyVerdict verdict) => StatusCatalog.Code(verdict.Kind switch
    {
        OutcomeKind.Delivered => Core.Statuses.Status.Delivered,
        OutcomeKind.Rejected => verdict.Status,
        _ => Core.Statuses.Status.ScheduledForLater,
    });
}
