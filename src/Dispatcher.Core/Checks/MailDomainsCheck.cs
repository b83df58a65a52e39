using Dispatcher.Core.Addresses;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>
/// The domains of the recipient, of a custom sender and of a reply-to address must take mail, as far as DNS knows; asked only with
/// <c>Checks:LookUpMailDomains</c>. Where DNS does not answer the invitation goes on: the server that takes it will find out.
/// </summary>
public sealed class MailDomainsCheck : ICheck
{
    private readonly VerdictCache? _domains;

    /// <param name="domains">Made by <see cref="CreateCache"/>; null: nothing is looked up.</param>
    internal MailDomainsCheck(VerdictCache? domains) => _domains = domains;

    public string Name => "mail-domains";

    public ValueTask<CheckVerdict> CheckAsync(CheckSubject subject, CancellationToken cancellationToken) =>
        _domains is null || subject.Invitation.Channel != Channel.Email
            ? ValueTask.FromResult(CheckVerdict.Pass)
            : RunAsync(_domains, subject, cancellationToken);

    /// <summary>Verdicts by domain. Their status is a recipient's; the check puts the right one in its place.</summary>
    internal static VerdictCache CreateCache(IDnsResolver resolver, int mostWaiting, TimeProvider time) => new(
        async (domain, cancellationToken) =>
        {
            var found = await MailDomain.FindAsync(resolver, domain, cancellationToken).ConfigureAwait(false);
            var meant = found.Fault is not null && DomainTypos.Suggest(domain) is { } suggestion ? $"; did you mean {suggestion}?" : "";
            return (found.Fault is { } fault ? CheckVerdict.Drop(Status.InvalidRecipient, fault + meant) : CheckVerdict.Pass, found.TimeToLive);
        },
        "the mail servers of a domain are being looked up",
        mostWaiting,
        time);

    private static async ValueTask<CheckVerdict> RunAsync(VerdictCache domains, CheckSubject subject, CancellationToken cancellationToken)
    {
        var recipient = await OneAsync(domains, subject.Invitation.RecipientEmail, Status.InvalidRecipient, cancellationToken).ConfigureAwait(false);
        if (recipient.Kind != VerdictKind.Pass)
        {
            return recipient;
        }

        var sender = await OneAsync(domains, SenderOf.Email(subject), Status.InvalidSenderAddress, cancellationToken).ConfigureAwait(false);
        return sender.Kind != VerdictKind.Pass
            ? sender
            : await OneAsync(domains, SenderOf.ReplyTo(subject), Status.InvalidReplyTo, cancellationToken).ConfigureAwait(false);
    }

    private static async ValueTask<CheckVerdict> OneAsync(VerdictCache domains, string? address, Status status, CancellationToken cancellationToken)
    {
        if (string.IsNullOrEmpty(address))
        {
            return CheckVerdict.Pass;
        }

        var verdict = await domains.GetAsync(DomainSyntax.Normalise(EmailSyntax.DomainOf(address).ToString()), cancellationToken).ConfigureAwait(false);
        return verdict.Kind == VerdictKind.Drop ? CheckVerdict.Drop(status, verdict.Detail ?? "") : verdict;
    }
}
