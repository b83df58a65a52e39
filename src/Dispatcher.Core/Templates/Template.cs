using System.Collections.Frozen;
using System.Security.Cryptography;
using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates;

/// <summary>
/// A parsed template; immutable, shared between threads. One with mistakes is a template too: it can be found, shown and rendered, and
/// the checks end what would be sent with it.
/// </summary>
public sealed class Template
{
    /// <summary>Octets beyond which a template is refused: 2 MB.</summary>
    public const int MaxSize = 2_000_000;

    /// <summary>Octets beyond which a template is accepted with a warning: 100 kB. Some mail clients cut larger messages.</summary>
    public const int WarningSize = 100_000;

    private readonly FrozenDictionary<InvitationType, IReadOnlyList<TemplateProblem>> _problems;

    private Template(TemplateFiles files, TemplatePart subject, TemplatePart? html, TemplatePart text, IReadOnlyList<TemplateProblem>? refusal)
    {
        (Id, Type, IsCustom, Locale) = (files.Id, files.Type, files.Custom, files.Locale);
        Subject = TemplateText.Of(subject);
        Html = html is null ? null : TemplateText.Of(html);
        Text = TemplateText.Of(text);
        IsRefused = refusal is not null;
        Version = VersionOf(files);
        TemplatePart[] bodies = files.Html is null ? [text] : files.Text is null ? [html!] : [html!, text];
        _problems = Enum.GetValues<InvitationType>()
            .ToFrozenDictionary(type => type, type => refusal ?? TemplateRules.FindProblems(type, subject, bodies));
        Warnings = IsRefused ? [] : TemplateRules.FindWarnings(files, bodies);
    }

    public string Id { get; }

    /// <summary>What kind of invitation it was written for.</summary>
    public InvitationType Type { get; }

    /// <summary>Needs custom templates in the tenant's plan.</summary>
    public bool IsCustom { get; }

    /// <summary>Language of its text; null: English.</summary>
    public string? Locale { get; }

    /// <summary>One line.</summary>
    public TemplateText Subject { get; }

    /// <summary>Null: the template has no HTML.</summary>
    public TemplateText? Html { get; }

    /// <summary>The template's own, or derived from its HTML when it was parsed.</summary>
    public TemplateText Text { get; }

    /// <summary>22 characters that change with the content: what a record remembers of the template it was rendered with.</summary>
    public string Version { get; }

    /// <summary>Too large to be accepted: a source keeps the last good one instead.</summary>
    public bool IsRefused { get; }

    /// <summary>What is wrong when it is used for its own <see cref="Type"/>.</summary>
    public IReadOnlyList<TemplateProblem> Problems => ProblemsFor(Type);

    /// <summary>What works, but should be known: one sentence each.</summary>
    public IReadOnlyList<string> Warnings { get; }

    public TemplateStatus Status => StatusFor(Type);

    /// <summary>Parses once; never throws for any content.</summary>
    public static Template Parse(TemplateFiles files)
    {
        if (files.Size > MaxSize)
        {
            return Refuse(files.Id, files.Size);
        }

        var html = files.Html is null ? null : Footer.AddToHtml(PartParser.Html(files.Html));
        var text = PartParser.Text(files.Text ?? HtmlToText.Convert(files.Html ?? ""));
        return new(files, PartParser.Subject(files.Subject), html, Footer.AddToText(text), null);
    }

    /// <summary>What stands for a template that is too large, so that nobody has to read it.</summary>
    /// <param name="id">Its id.</param>
    /// <param name="size">Octets, above <see cref="MaxSize"/>.</param>
    public static Template Refuse(string id, long size)
    {
        var empty = PartParser.Text("");
        var why = $"is {size} octets large; at most {MaxSize} are accepted";
        return new(new(id, InvitationType.Service, false, null, "", null, ""), empty, null, empty, [new(TemplateProblemKind.Refused, "template", 1, 1, id, why, null)]);
    }

    /// <summary>A template of one type may be chosen for an invitation of another: its rules are those of the invitation.</summary>
    public IReadOnlyList<TemplateProblem> ProblemsFor(InvitationType type) => _problems[type];

    /// <summary>A wrong placeholder outweighs a missing one, because it usually is the missing one.</summary>
    public TemplateStatus StatusFor(InvitationType type)
    {
        var problems = ProblemsFor(type);
        return problems.Count == 0 ? TemplateStatus.Ok
            : problems.All(problem => problem.Kind == TemplateProblemKind.Missing) ? TemplateStatus.MissingPlaceholder
            : TemplateStatus.PlaceholderError;
    }

    /// <summary>Puts an invitation's values in place, each escaped for where it stands.</summary>
    public RenderedTemplate Render(TemplateValues values) => new(Subject.Render(values).Trim(), Html?.Render(values), Text.Render(values));

    private static string VersionOf(TemplateFiles files)
    {
        var text = string.Join('\0', files.Type, files.Custom, files.Locale, files.Subject, files.Html ?? "\u0001", files.Text ?? "\u0001");
        return RecordKey.OfContent(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }
}
