using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>A tenant may switch reminders off while some are queued.</summary>
public sealed class ReminderAllowedCheck : SyncCheck
{
    public override string Name => "reminder-allowed";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Invitation.Type == InvitationType.Reminder && !subject.Tenant.Reminders
            ? CheckVerdict.Drop(Status.RemindersDisabled, "the tenant switched reminders off")
            : CheckVerdict.Pass;
}
