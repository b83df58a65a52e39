using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Dispatcher.Smtp.Mime;

namespace Dispatcher.Worker.Templates;

/// <summary>The message that a template makes of an invitation: by the same factory and the same composer as a worker's.</summary>
/// <param name="Message">RFC 5322, unsigned.</param>
/// <param name="Html">Null: the template has no HTML.</param>
internal sealed record TemplatePreview(ReadOnlyMemory<byte> Message, string? Html)
{
    /// <param name="template">Without mistakes, or with.</param>
    /// <param name="data">What to put in place.</param>
    /// <param name="tenant">Whose invitation it is.</param>
    /// <param name="drafts">As a worker has it.</param>
    public static TemplatePreview Make(Template template, PreviewData data, TenantSettings tenant, EmailDraftFactory drafts)
    {
        var draft = drafts.Create(data.Invitation, tenant, template);
        var values = data.Apply(draft.Values);
        draft = draft with { Values = values, ToName = values.Name, UnsubscribeUrl = values.UnsubscribeLink };
        return new(new MimeComposer().Compose(draft), template.Html?.Render(values));
    }
}
