namespace Dispatcher.Core.Storage;

/// <summary>Which of a tenant's invitations a request means: single ones by id, or those that match a filter.</summary>
/// <param name="Ids">Each once; null: the filter counts.</param>
/// <param name="Filter">Of the tenant; null: the ids count.</param>
public sealed record InvitationSelection(IReadOnlyList<string>? Ids, InvitationFilter? Filter);
