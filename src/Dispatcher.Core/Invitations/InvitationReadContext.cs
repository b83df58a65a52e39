namespace Dispatcher.Core.Invitations;

/// <summary>What is known about an invitation besides its body.</summary>
/// <param name="Tenant">
/// The tenant that the door forces (a path, an option). The body must agree or be silent. Null: the body decides.
/// </param>
/// <param name="DerivedId">
/// The id when the body has none; never random, so that a redelivery is the same invitation. Null: the body must have one.
/// </param>
/// <param name="Now">
/// The present, to judge <c>sendAt</c> and <c>createdAt</c> by. Null: the body is a stored one, which the door has judged; other clocks and
/// other times must not make it unreadable.
/// </param>
public readonly record struct InvitationReadContext(string? Tenant, string? DerivedId, DateTimeOffset? Now)
{
    /// <summary>It was taken in already: it is not refused for a limit that did not hold then.</summary>
    public bool IsStored => Now is null;
}
