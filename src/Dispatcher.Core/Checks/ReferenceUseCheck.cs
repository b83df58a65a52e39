using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Checks;

/// <summary>A reference number is one invitation's per type: the first accepted wins. It is free again when that one ended without being sent.</summary>
public sealed class ReferenceUseCheck : SyncCheck
{
    public override string Name => "reference-use";

    public override CheckVerdict Check(CheckSubject subject) => subject.Facts.Marks.Reference switch
    {
        ReferenceUse.SameRecipient => CheckVerdict.Drop(Status.AlreadyInvited, "this recipient was already invited with this reference number"),
        ReferenceUse.OtherRecipient => CheckVerdict.Drop(Status.DuplicateReference, "another recipient was invited with this reference number"),
        _ => CheckVerdict.Pass,
    };
}
