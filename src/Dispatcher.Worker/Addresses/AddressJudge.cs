using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Addresses;

/// <summary>Judges recipients' addresses as the checks of a worker do, in their order.</summary>
/// <param name="blocked">Our own block list.</param>
/// <param name="temporary">Throw-away mail services.</param>
/// <param name="resolver">Null: DNS is not asked.</param>
internal sealed class AddressJudge(DomainSet blocked, TemporaryDomains temporary, IDnsResolver? resolver)
{
    public async ValueTask<AddressAnswer> JudgeAsync(string address, CancellationToken cancellationToken)
    {
        if (EmailSyntax.FindFault(address) is { } fault)
        {
            return new(address, Codes.Of(Status.InvalidRecipient), fault, null, null, null);
        }

        var domain = EmailSyntax.DomainOf(address).ToString();
        var suggestion = DomainTypos.Suggest(domain) is { } meant ? string.Concat(address.AsSpan(0, address.Length - domain.Length), meant) : null;
        var found = resolver is null ? null : await MailDomain.FindAsync(resolver, domain, cancellationToken);
        var (status, reason) = blocked.Covers(domain) ? (Status.BlockedDomain, "the domain is on the block list")
            : temporary.Covers(domain, null) ? (Status.TemporaryAddress, "the domain is a throw-away mail service")
            : found?.Fault is { } dead ? (Status.InvalidRecipient, dead)
            : (Status.Unset, null);
        return new(
            address,
            status == Status.Unset ? AddressAnswer.Ok : Codes.Of(status),
            reason,
            EmailSyntax.ToWire(address),
            suggestion,
            found is null ? null : Codes.Of(found.Kind));
    }
}
