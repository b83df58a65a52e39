using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Checks;

/// <summary>
/// Kickstart invitations need a grant of the tenant: until a day in its time zone, and so many, among which is what was counted by an earlier start.
/// Advisory: counted when sending starts.
/// </summary>
public sealed class KickstartCheck : SyncCheck
{
    public override string Name => "kickstart";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Invitation.Method != InvitationMethod.Kickstart ? CheckVerdict.Pass
        : subject.Tenant.Kickstart is not { } grant ? CheckVerdict.Drop(Status.KickstartExpired, "the tenant has no kickstart invitations")
        : DateOnly.FromDateTime(TenantMonths.LocalOf(subject.Tenant, subject.Facts.Now).DateTime) > grant.Until
            ? CheckVerdict.Drop(Status.KickstartExpired, string.Create(CultureInfo.InvariantCulture, $"kickstart invitations could be sent until {grant.Until:yyyy-MM-dd}"))
        : subject.Facts.KickstartUsed >= grant.Max && !subject.Facts.Marks.Kickstarted
            ? CheckVerdict.Drop(Status.KickstartUsedUp, string.Create(CultureInfo.InvariantCulture, $"all {grant.Max} kickstart invitations are used up"))
        : CheckVerdict.Pass;
}
