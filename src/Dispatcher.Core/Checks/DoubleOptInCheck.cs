using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Checks;

/// <summary>
/// Where the law asks for double opt-in (DE, AT, CH), a tenant that uploaded an allow-list writes only to who is on it. Advisory: tested again
/// when sending starts.
/// </summary>
public sealed class DoubleOptInCheck : SyncCheck
{
    public override string Name => "double-opt-in";

    public static bool Concerns(TenantSettings tenant) => tenant.Region is "DE" or "AT" or "CH";

    public override CheckVerdict Check(CheckSubject subject) => subject.Facts.Marks.Unlisted && Concerns(subject.Tenant)
        ? CheckVerdict.Drop(Status.DoubleOptInRequired, "the recipient is not on the allow-list that the tenant uploaded")
        : CheckVerdict.Pass;
}
