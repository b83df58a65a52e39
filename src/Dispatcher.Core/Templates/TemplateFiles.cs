using System.Text;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Templates;

/// <summary>A template as it lies in its folder, unparsed.</summary>
/// <param name="Id">The folder's name.</param>
/// <param name="Type">What kind of invitation it is written for.</param>
/// <param name="Custom">True: needs custom templates in the plan.</param>
/// <param name="Locale">Language of its text; null: English.</param>
/// <param name="Subject">One line; more lines are joined.</param>
/// <param name="Html">Null: no HTML part.</param>
/// <param name="Text">Null: derived from <paramref name="Html"/>.</param>
public sealed record TemplateFiles(string Id, InvitationType Type, bool Custom, string? Locale, string Subject, string? Html, string? Text)
{
    /// <summary>Octets of all parts together as UTF-8.</summary>
    public long Size => Bytes(Subject) + Bytes(Html) + Bytes(Text);

    private static long Bytes(string? part) => part is null ? 0 : Encoding.UTF8.GetByteCount(part);
}
