using Dispatcher.Core.Statuses;
using Dispatcher.Core.Templates;

namespace Dispatcher.Core.Checks;

/// <summary>The template must hold what the invitation's type requires, and nothing that is no placeholder.</summary>
public sealed class PlaceholdersCheck : SyncCheck
{
    public override string Name => "placeholders";

    public override CheckVerdict Check(CheckSubject subject)
    {
        if (subject.Template is not { } template)
        {
            return CheckVerdict.Pass;
        }

        var type = subject.Invitation.Type;
        return template.StatusFor(type) switch
        {
            TemplateStatus.Ok => CheckVerdict.Pass,
            TemplateStatus.MissingPlaceholder => CheckVerdict.Drop(Status.MissingPlaceholder, template.ProblemsFor(type)[0].Describe()),
            _ => CheckVerdict.Drop(
                Status.PlaceholderError,
                template.ProblemsFor(type).First(problem => problem.Kind != TemplateProblemKind.Missing).Describe()),
        };
    }
}
