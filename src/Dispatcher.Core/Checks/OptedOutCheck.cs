using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>Who wants no invitation of anybody gets none. Read before the start of each attempt.</summary>
public sealed class OptedOutCheck : SyncCheck
{
    public override string Name => "opted-out";

    public override CheckVerdict Check(CheckSubject subject) => subject.Facts.Recipient.OptedOut
        ? CheckVerdict.Drop(Status.AlreadyUnsubscribed, "the recipient unsubscribed from the invitations of all")
        : CheckVerdict.Pass;
}
