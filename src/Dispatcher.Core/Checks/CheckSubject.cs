using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Checks;

/// <summary>All that a check may look at.</summary>
/// <param name="Template">Null: the tenant has no such template.</param>
public sealed record CheckSubject(Invitation Invitation, TenantSettings Tenant, Facts Facts, Template? Template);
