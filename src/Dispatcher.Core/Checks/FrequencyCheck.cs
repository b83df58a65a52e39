using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Checks;

/// <summary>
/// A tenant may write to a recipient once in an interval, or once. What was accepted and waits for its send time counts too. A reminder is
/// no invitation of its own. Advisory: tested and reserved when sending starts.
/// </summary>
public sealed class FrequencyCheck : SyncCheck
{
    public override string Name => "frequency";

    /// <summary>Null: the rule does not concern the invitation.</summary>
    public static TimeSpan? IntervalOf(TenantSettings tenant, InvitationType type) =>
        type == InvitationType.Reminder ? null : tenant.Frequency?.Interval;

    public override CheckVerdict Check(CheckSubject subject) =>
        IntervalOf(subject.Tenant, subject.Invitation.Type) is { } interval
        && subject.Facts.Marks.InvitedAt is { } invited
        && (subject.Facts.Now - invited).Duration() < interval
            ? CheckVerdict.Drop(Status.FrequencyCapped, string.Create(
                CultureInfo.InvariantCulture, $"another invitation to this recipient {(invited > subject.Facts.Now ? "is due" : "was sent")} at {invited:yyyy-MM-dd HH:mm} UTC"))
            : CheckVerdict.Pass;
}
