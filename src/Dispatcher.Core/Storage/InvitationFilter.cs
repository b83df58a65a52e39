using Dispatcher.Core.Addresses;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Storage;

/// <summary>Which invitations a command by filter concerns: those that were accepted before it. Null members match everything; a filter
/// without any member is everything there is.</summary>
public sealed record InvitationFilter
{
    public string? Tenant { get; init; }

    public InvitationType? Type { get; init; }

    public string? TemplateId { get; init; }

    /// <summary>One of the invitation's tags, to the letter.</summary>
    public string? Tag { get; init; }

    /// <summary>What stands behind the <c>@</c> of the recipient's address, in whatever form; domains below it do not match.</summary>
    public string? RecipientDomain
    {
        get;
        init => field = value is null ? null : DomainSyntax.Normalise(value);
    }

    /// <summary>Created at this moment or later (milliseconds count).</summary>
    public DateTimeOffset? CreatedFrom { get; init; }

    /// <summary>Created before this moment.</summary>
    public DateTimeOffset? CreatedBefore { get; init; }

    public bool IsEverything => this == new InvitationFilter();
}

/// <param name="Looked">Records looked at so far.</param>
/// <param name="Matched">How many of them matched.</param>
/// <param name="Share">Estimated share of the whole that is done, 0 to 1.</param>
public readonly record struct SweepProgress(long Looked, long Matched, double Share);

/// <summary>What an edit by filter did.</summary>
/// <param name="TooLate">Matched, but on the wire or ended.</param>
public readonly record struct EditCount(long Matched, long Edited, long TooLate);
