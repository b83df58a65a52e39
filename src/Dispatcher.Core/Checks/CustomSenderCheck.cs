using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Checks;

/// <summary>A sender address of its own, the invitation's or the tenant's, needs custom senders in the plan.</summary>
public sealed class CustomSenderCheck : SyncCheck
{
    public override string Name => "custom-sender";

    public override CheckVerdict Check(CheckSubject subject) =>
        SenderOf.Email(subject) is not null && !subject.Tenant.Includes(AddOn.CustomSender)
            ? CheckVerdict.Drop(Status.CustomSenderNotAllowed, "the plan does not include sender addresses of one's own")
            : CheckVerdict.Pass;
}
