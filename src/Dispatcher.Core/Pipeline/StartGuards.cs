using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Pipeline;

/// <summary>
/// What is tested and reserved once more when sending starts, because this invitation's checks go by it. The default: nothing.
/// </summary>
/// <param name="Frequency">Least time between two invitations to a recipient; reserved. Null: any.</param>
/// <param name="AllowList">Whether the tenant's allow-list counts, if it has one.</param>
/// <param name="Kickstarts">Most kickstart invitations of the tenant; one is reserved. Null: this is none.</param>
/// <param name="Skus">SKUs that the tenant's catalogue must know, if it has one; null: none. Without control characters.</param>
public readonly record struct StartGuards(TimeSpan? Frequency, bool AllowList, int? Kickstarts, IReadOnlyList<string>? Skus)
{
    public static StartGuards Of(Invitation invitation, TenantSettings tenant) => new(
        FrequencyCheck.IntervalOf(tenant, invitation.Type),
        DoubleOptInCheck.Concerns(tenant),
        invitation.Method == InvitationMethod.Kickstart ? tenant.Kickstart?.Max : null,
        invitation.Type == InvitationType.Product ? [.. invitation.Products.Select(product => product.Sku)] : null);
}
