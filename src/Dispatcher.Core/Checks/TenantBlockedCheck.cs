using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>A tenant that broke the rules sends nothing.</summary>
public sealed class TenantBlockedCheck : SyncCheck
{
    public override string Name => "tenant-blocked";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Tenant.Blocked ? CheckVerdict.Drop(Status.Blocked, "the tenant is blocked") : CheckVerdict.Pass;
}
