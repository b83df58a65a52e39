using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>Who complained about several tenants (<c>Checks:SpamRiskTenants</c>) tends to mark mail as junk, whoever sends it.</summary>
public sealed class SpamRiskCheck(int tenants) : SyncCheck
{
    public override string Name => "spam-risk";

    public override CheckVerdict Check(CheckSubject subject) => subject.Facts.Recipient.Complaints >= tenants
        ? CheckVerdict.Drop(Status.SpamRisk, "the recipient marked the mail of several senders as junk")
        : CheckVerdict.Pass;
}
