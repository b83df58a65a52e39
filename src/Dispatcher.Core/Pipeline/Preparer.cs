using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// Decides what becomes of a claimed invitation: reads it, runs the checks, renders the message, and says the next step (start, drop, hold or wait).
/// One instance serves all checkers.
/// </summary>
public sealed class Preparer(
    CheckRunner checks,
    ITenantDirectory tenants,
    ITemplateSource templates,
    EmailDraftFactory drafts,
    IMessageComposer composer,
    RetrySchedule retries,
    TimeProvider time,
    IDestinationGate? gate = null)
{
    private readonly TenantMonths _months = new(time);
    private readonly RepeatDelay _repeatDelay = new(retries, time);

    /// <summary>More refused starts than this, and worker and lane disagree (settings or clocks of which one knows more): that passes, by itself or by
    /// somebody who reads of it in the log.</summary>
    public const int MostChanges = 10;

    private static readonly TimeSpan Disagreement = TimeSpan.FromSeconds(1);

    // Beyond this age a destination that does not answer costs attempts again, so that trying comes to an end.
    private static readonly TimeSpan LongestHold = TimeSpan.FromHours(1);

    /// <summary>Sets <see cref="Work.Step"/>, and for a start also <see cref="Work.Message"/>.</summary>
    public async ValueTask PrepareAsync(Work work, ISendPermit permit, CancellationToken cancellationToken)
    {
        // 1. Whose invitation, by which settings.
        if (Read(work) is not { } invitation)
        {
            Drop(work, Status.InternalError, "the stored invitation can't be read");
            return;
        }

        var tenant = tenants.Get(invitation.Tenant);
        work.Invitation = invitation;

        // 2. The checks, on the newest facts.
        var month = _months.Current(tenant);
        work.Facts.Months.TryGetValue(month, out var sentThisMonth);
        work.Facts.Months.TryGetValue(FreshFacts.Kickstart, out var kickstartUsed);
        var facts = new Facts(work.Facts.SuppressedReason, sentThisMonth)
        {
            Now = time.GetUtcNow(),
            KickstartUsed = kickstartUsed,
            Marks = work.Facts.Marks,
            Recipient = work.Facts.Recipient,
        };
        var template = templates.Find(invitation.Tenant, invitation.TemplateId);
        var verdict = await checks.RunAsync(new CheckSubject(invitation, tenant, facts, template), cancellationToken).ConfigureAwait(false);
        switch (verdict.Kind)
        {
            case VerdictKind.Drop when verdict.Status == Status.LimitReached && tenant.LimitReached == LimitReached.Wait:
                work.Step = work.Decided(StepKind.Wait) with { Delay = _months.UntilEndOf(month, tenant), MonthlyRule = tenant.MonthlyRule };
                return;
            case VerdictKind.Drop:
                Drop(work, verdict.Status, verdict.Detail);
                return;
            case VerdictKind.Hold:
                work.Step = work.Decided(StepKind.Hold) with { Detail = verdict.Detail, Delay = verdict.Wait };
                return;
        }

        // 3. What no check covers yet.
        if (invitation.Channel == Channel.Sms)
        {
            Drop(work, Status.InternalError, "no SMS gateway is set up");
            return;
        }

        if (work.Changes > MostChanges)
        {
            work.Step = work.Decided(StepKind.Hold) with { Detail = "kept changing while sending was to begin", Delay = Disagreement };
            return;
        }

        // 4. A destination that does not answer, or has its share, uses up neither an attempt nor a place on the wire.
        var draft = drafts.Create(invitation, tenant, template!, work.Key);
        var route = RouteOf(invitation, draft);
        if (gate?.Ask(route, EmailSyntax.DomainOf(draft.ToEmail).ToString()) is { } wait && !(wait.IsTrouble && IsOld(work, invitation)))
        {
            work.Step = work.Decided(StepKind.Hold) with { Detail = wait.Why, Delay = wait.Wait };
            return;
        }

        // 5. The message, and the last word before the wire.
        work.Message = Compose(work, tenant, draft, route, permit);
        var limit = tenant.EffectiveMonthlyLimit;
        work.Step = work.Decided(StepKind.Start) with
        {
            Delay = _repeatDelay.Of(tenant),
            Month = limit is null ? null : month,
            MonthlyLimit = limit,
            Guards = StartGuards.Of(invitation, tenant),
            RecipientHash = work.Claimed.RecipientHash,
            Recipient = work.Facts.Recipient,
        };
    }

    private static Invitation? Read(Work work)
    {
        var context = new InvitationReadContext(work.Claimed.Tenant, work.Claimed.Id, null);
        var invitation = InvitationReader.Read(work.Claimed.Body.Span, context).Invitation;
        return work.Facts.EditedName is { } name && invitation is not null ? invitation with { RecipientName = name } : invitation;
    }

    private bool IsOld(Work work, Invitation invitation) =>
        (work.Claimed.FirstAttempt ?? invitation.SendAt ?? invitation.CreatedAt ?? work.Claimed.Facts.Marks.StoredAt) is { } since && time.GetUtcNow() - since > LongestHold;

    private static RouteQuery RouteOf(Invitation invitation, EmailDraft draft) =>
        new(invitation.Tenant, EmailSyntax.DomainOf(draft.FromEmail).ToString(), invitation.Tags, draft.MessageId);

    private OutgoingEmail Compose(Work work, TenantSettings tenant, EmailDraft draft, in RouteQuery route, ISendPermit permit) =>
        new()
        {
            // The same for all attempts of which surely none was taken: greylisting knows a message by its sender, too.
            EnvelopeFrom = drafts.EnvelopeFrom(tenant, new VerpTarget(work.Lane.Number, work.Key, work.Claimed.LastUncertain + 1)),
            EnvelopeTo = draft.ToEmail,
            Content = composer.Compose(draft),
            MessageId = draft.MessageId,
            Tenant = route.Tenant,
            SenderDomain = route.SenderDomain,
            Tags = route.Tags,
            Permit = permit,
        };

    private static void Drop(Work work, Status status, string? detail) =>
        work.Step = work.Decided(StepKind.Drop) with { Status = status, Detail = detail };
}
