using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Storage;

/// <summary>An invitation on its way into the queue.</summary>
/// <param name="Tenant">Who sends.</param>
/// <param name="Id">Unique within the tenant.</param>
/// <param name="Body">The JSON as the producer wrote it, UTF-8; stored as it is.</param>
/// <param name="ContentHash">See <c>RecordKey.OfBody</c>: tells a repeat from a conflict.</param>
/// <param name="RecipientHash">See <c>RecordKey.OfRecipient</c>; empty when there is no recipient.</param>
/// <param name="SendAt">Null or past: now.</param>
/// <param name="CreatedAt">As the producer says; null: Redis' clock at acceptance.</param>
public sealed record NewInvitation(
    string Tenant,
    string Id,
    ReadOnlyMemory<byte> Body,
    string ContentHash,
    string RecipientHash,
    DateTimeOffset? SendAt,
    DateTimeOffset? CreatedAt)
{
    /// <summary>See <c>RecordKey.OfReference</c>; empty: no reference number that must be unique.</summary>
    public string ReferenceHash { get; init; } = "";

    /// <summary>What filters and destination groups look at. Default: a service invitation of template <c>default</c> to nowhere.</summary>
    public InvitationTraits Traits { get; init; } = new(InvitationType.Service, "default", "", []);
}

/// <param name="RecipientDomain">What stands behind the <c>@</c>, as <c>DomainSyntax.Normalise</c> makes it; empty: none (SMS, no <c>@</c>, longer than a domain can be).</param>
public sealed record InvitationTraits(InvitationType Type, string TemplateId, string RecipientDomain, IReadOnlyList<string> Tags);

public enum AddResult
{
    Unset = 0,

    /// <summary>Stored.</summary>
    Accepted,

    /// <summary>The same (tenant, id) with the same content is known: nothing was done.</summary>
    Duplicate,

    /// <summary>The same (tenant, id) is known with other content: nothing was done.</summary>
    Conflict,

    /// <summary>The backlog stands at <c>Queue:MaxBacklog</c>, or Redis at its <c>maxmemory</c>: nothing was done, try later.</summary>
    Full,
}
