using Dispatcher.Core.Replies;
using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Replies;

/// <summary>From a reply on the wire to the outcome of an attempt, by the table that bounces are read with too (<see cref="ReplyClassifier"/>).</summary>
public static class ReplyTable
{
    /// <summary>What a reply that ends an attempt means. 2xx is a delivery only at <see cref="SmtpStage.Final"/>.</summary>
    public static DeliveryOutcome Map(SmtpStage stage, SmtpReply reply)
    {
        EnhancedStatus.TryRead(reply.EnhancedCode, out var enhanced, out _);
        var verdict = ReplyClassifier.Default.Classify(StageOf(stage), reply.Code, enhanced, reply.Text);
        return new DeliveryOutcome
        {
            Kind = verdict.Kind,
            Status = verdict.Status,
            Scope = verdict.Scope,
            RetryClass = verdict.RetryClass,
            RetryAfter = verdict.Kind == OutcomeKind.Deferred ? NamedWait.Find(reply.Text.ToLowerInvariant()) : null,
            Reason = verdict.Kind == OutcomeKind.Delivered ? null : verdict.Reason,
            Hard = verdict.Hard,
            ReplyCode = reply.Code,
            EnhancedCode = reply.EnhancedCode,
            Text = ReplyText.Of(reply),
        };
    }

    private static ReplyStage StageOf(SmtpStage stage) => stage switch
    {
        SmtpStage.Greeting => ReplyStage.Greeting,
        SmtpStage.Mail => ReplyStage.Mail,
        SmtpStage.Rcpt => ReplyStage.Rcpt,
        SmtpStage.Data => ReplyStage.Data,
        SmtpStage.Final => ReplyStage.Final,
        _ => ReplyStage.Hello,
    };
}
