using System.Collections.Immutable;
using System.Text;

namespace Dispatcher.Core.Statuses;

/// <summary>
/// Where each status comes from, in the specification's order. <c>docs/statuses.md</c> holds it as Markdown (<see cref="ToMarkdown"/>), and a test
/// produces each by its set-up.
/// </summary>
public static class StatusGuide
{
    public static ImmutableArray<StatusOrigin> All { get; } =
    [
        new(Status.Queued, "intake", "none", "—", "by itself: it is claimed when due and its turn has come", "any invitation; a tenant that is paused, or a `sendAt` ahead, keeps it"),
        new(Status.Sending, "start", "all that `start` tests", "what the invitation needs: quota, kickstart, frequency", "by the outcome", "any invitation, while the recipient's server has not answered"),
        new(Status.Delivered, "the server's reply (2xx to the message), or a late receipt", "the outcome of the attempt", "keeps everything", "a bounce, an opt-out or a complaint afterwards", "a mailbox that takes it"),
        new(Status.DeliveredUnsubscribed, "feedback `unsubscribe`", "the event, and the invitation's status", "suppresses the recipient for the tenant, for good; with scope `all` for everybody", "a complaint ranks higher; `suppress remove` for later invitations", "deliver, then `dispatcher feedback` with kind `unsubscribe`"),
        new(Status.DeliveredSpam, "feedback `complaint`", "the event, and the invitation's status", "suppresses the recipient for the tenant (`suppression.complaintDays`), and counts against the recipient for everybody", "no; `suppress remove` for later invitations", "deliver, then `dispatcher feedback` with kind `complaint`"),
        new(Status.InternalError, "outcome policy; a bug of ours", "the attempt's outcome is unknown and the tenant says `uncertain: hold`, or for the second time; a worker that dies again and again", "keeps everything when an attempt has begun", "a late outcome or receipt settles it as `delivered`; `dispatcher release` sends it after all", "`uncertain: hold`, and a server that closes the connection after the final dot"),
        new(Status.NoCustomTemplate, "custom-template", "tenant's plan and add-ons; the template", "nothing", "change the plan, send again", "a template with `custom: true`, plan `free` or `standard` without `customTemplates`"),
        new(Status.MissingPlaceholder, "placeholders", "the template", "nothing", "mend the template, send again", "a service template without `[Link]`"),
        new(Status.PlaceholderError, "placeholders", "the template", "nothing", "mend the template, send again", "a template with `[name]`"),
        new(Status.NoTemplate, "template-exists", "the template", "nothing", "make the template, send again", "`templateId` of no template"),
        new(Status.CustomSenderNotAllowed, "custom-sender", "tenant's plan and add-ons; sender", "nothing", "change the plan, send again", "`sender.email`, plan `standard` without `customSender`"),
        new(Status.SpfError, "sender-spf", "DNS (cached); where it does not answer, the age of the invitation (`Retry:MaxAge`)", "nothing", "publish the record, send again", "`Checks:SendingAddresses`, and a sender domain whose SPF record does not pass for them"),
        new(Status.InvalidSenderAddress, "sender-address; mail-domains; the server's reply", "sender; the outcome of the attempt", "nothing", "correct it, send again", "`sender.email` without an @"),
        new(Status.InvalidSenderName, "sender-name", "sender", "nothing", "correct it, send again", "`sender.name` with an address in it"),
        new(Status.InvalidReplyTo, "reply-to; mail-domains", "sender", "nothing", "correct it, send again", "`replyTo` without an @"),
        new(Status.RemindersDisabled, "reminder-allowed", "tenant's `reminders`", "nothing", "switch them on, send again", "type `reminder`, tenant with `reminders: false`"),
        new(Status.FrequencyCapped, "frequency; start", "`freq:`: the last invitation to the recipient, and the next that is scheduled", "frequency, when accepted and at each start, for the interval", "it is free again when the other one ends unsent, or the interval has passed", "tenant with `frequency: { days: 30 }`; two invitations to one address"),
        new(Status.LimitReached, "monthly-limit; start", "the tenant's sends this month", "the month's quota, once an invitation: its retries pass", "given back when it ends before a byte was sent; `limitReached: wait` waits instead", "tenant with `monthlyLimit: 1`; two invitations"),
        new(Status.KickstartExpired, "kickstart", "tenant's `kickstart.until`, in its time zone", "nothing", "grant a later day, send again", "method `kickstart`, tenant without `kickstart` or with one that is over"),
        new(Status.KickstartUsedUp, "kickstart; start", "how many the tenant has used, against `kickstart.max`", "one kickstart, once an invitation: its retries pass", "given back when it ends before a byte was sent", "tenant with `kickstart: { max: 1 }`; two invitations of method `kickstart`"),
        new(Status.SkuError, "product-sku; catalogue, at the start", "the products; `skus:`, the tenant's catalogue if one was uploaded", "nothing", "correct it or add it to the catalogue, send again", "`dispatcher skus load`, then a product invitation with another SKU"),
        new(Status.Cancelled, "the tenant", "—", "gives back what it had reserved, if no attempt has begun", "no", "`dispatcher cancel` while it is queued"),
        new(Status.AlreadyInvited, "reference-use; start", "`r:`: who was accepted first with the reference", "the reference, when accepted, for `Checks:ReferenceMemory`", "it is free again when the first one ends unsent", "two invitations to one address with one `referenceNumber`"),
        new(Status.DuplicateReference, "reference-use; start", "`r:`: who was accepted first with the reference", "the reference, when accepted, for `Checks:ReferenceMemory`", "it is free again when the first one ends unsent", "two invitations to two addresses with one `referenceNumber`"),
        new(Status.ReviewedToday, "reviewed-today; start", "`rev:`: the recipient's last review of the tenant", "nothing", "by itself after 24 hours, for later invitations", "`dispatcher feedback` with kind `review` and the recipient, then an invitation"),
        new(Status.ScheduledForLater, "the server's reply (4xx), a failed connection", "the outcome of the attempt", "keeps everything", "by itself: tried again by `Retry:Schedule`", "a server that answers 451"),
        new(Status.AlreadyUnsubscribed, "suppression, opted-out; start", "`s:`: the tenant's suppressed recipients; `{r:NN}:p:`: who opted out of everything", "nothing", "`suppress remove`", "`dispatcher suppress add`, then an invitation"),
        new(Status.NoProductReviews, "product-reviews", "tenant's plan and add-ons", "nothing", "change the plan, send again", "type `product`, plan `standard` without `productReviews`"),
        new(Status.Blocked, "tenant-blocked", "tenant's `blocked`", "nothing", "unblock the tenant, send again", "tenant with `blocked: true`"),
        new(Status.DoubleOptInRequired, "double-opt-in; start", "`allow:`, the tenant's allow-list if one was uploaded; its `region`", "nothing", "add the recipient to the list, send again", "tenant with `region: DE`, `dispatcher allow-list load`, and an address that is not on it"),
        new(Status.ReferenceTooLong, "reference-length", "the reference number; the tenant's `maxReferenceLength`, else `Checks:MaxReferenceLength`", "nothing", "shorten it, send again", "a `referenceNumber` of 256 characters"),
        new(Status.InvalidRecipient, "recipient-address; suppression; mail-domains; the server's reply; feedback `bounce`", "the address; `s:` with reason `hard-bounce`; the outcome", "a hard bounce suppresses the recipient for the tenant (`suppression.hardBounceDays`)", "an opt-out or a complaint afterwards, where it had been sent", "an address without an @; or a server that answers 550 5.1.1"),
        new(Status.BlockedDomain, "blocked-domain", "`Checks:BlockedDomains`; `dispatch:{blocked}`, the operators' list", "nothing", "take the domain off the list, send again", "`dispatcher block-list add`, then an address at that domain"),
        new(Status.TemporaryAddress, "temporary-address", "the list that ships, `Checks:DisposableDomainsFile`, the tenant's `temporaryDomains`", "nothing", "except the domain, send again", "an address at mailinator.com"),
        new(Status.SpamRisk, "suppression; spam-risk", "`s:` with reason `complaint`; `{r:NN}:p:`: complaints about others (`Checks:SpamRiskTenants`)", "nothing", "`suppress remove`; complaints about others are forgotten after 400 days", "`dispatcher feedback` with kind `complaint`, then another invitation"),
        new(Status.RecipientServerProblem, "the retry schedule; the server's reply; feedback `bounce`", "the outcome of the last attempt", "keeps everything", "an opt-out or a complaint afterwards", "a server that answers 451, and `retry.maxAge` that is over"),
        new(Status.Rejected, "the server's reply (5xx); feedback `bounce` or `receipt`", "the outcome of the attempt", "keeps everything", "an opt-out or a complaint afterwards", "a server that answers 554"),
    ];

    /// <summary>A table a group, a row a status; titles in English.</summary>
    public static string ToMarkdown()
    {
        var page = new StringBuilder();
        foreach (var group in All.GroupBy(origin => StatusCatalog.Get(origin.Status).Group))
        {
            page.Append("## ").Append(Title(group.Key)).Append("\n\n")
                .Append("| status | title | decided by | from | reserves or remembers | undone | set-up |\n|---|---|---|---|---|---|---|\n");
            foreach (var origin in group)
            {
                var info = StatusCatalog.Get(origin.Status);
                page.Append("| `").Append(info.Code).Append("` | ").AppendJoin(
                    " | ", StatusCatalog.Text(origin.Status).Title, origin.DecidedBy, origin.Facts, origin.Reserves, origin.Undone, origin.SetUp).Append(" |\n");
            }

            page.Append('\n');
        }

        return page.ToString().TrimEnd('\n') + "\n";
    }

    private static string Title(StatusGroup group) => group switch
    {
        StatusGroup.OnTheWay => "On the way",
        StatusGroup.Delivered => "Delivered",
        StatusGroup.Tenant => "Not delivered: the tenant's configuration, plan or doing",
        _ => "Not delivered: the recipient's address or server",
    };
}
