using Dispatcher.Core.Statuses;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Core.Checks;

/// <summary>A custom template needs custom templates in the plan.</summary>
public sealed class CustomTemplateCheck : SyncCheck
{
    public override string Name => "custom-template";

    public override CheckVerdict Check(CheckSubject subject) =>
        subject.Template is { IsCustom: true } && !subject.Tenant.Includes(AddOn.CustomTemplates)
            ? CheckVerdict.Drop(Status.NoCustomTemplate, "the plan does not include custom templates")
            : CheckVerdict.Pass;
}
