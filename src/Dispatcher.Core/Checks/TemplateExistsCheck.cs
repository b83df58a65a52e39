using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Checks;

/// <summary>The chosen template must exist for the tenant or for all.</summary>
public sealed class TemplateExistsCheck : SyncCheck
{
    public override string Name => "template-exists";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Template is null
            ? CheckVerdict.Drop(Status.NoTemplate, $"there is no template '{CleanText.SingleLine(subject.Invitation.TemplateId)}'")
            : CheckVerdict.Pass;
}
