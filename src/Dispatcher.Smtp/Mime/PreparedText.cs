using System.Runtime.CompilerServices;
using Dispatcher.Core.Templates;

namespace Dispatcher.Smtp.Mime;

/// <summary>The literals of a template's text, encoded once. Lives as long as the template does.</summary>
internal sealed class PreparedText
{
    private static readonly ConditionalWeakTable<TemplateText, PreparedText> Known = [];

    private PreparedText(TemplateText text) =>
        Runs = [.. Enumerable.Range(0, text.ValueCount + 1).Select(index => new PreparedRun(text.Literal(index).Span))];

    public PreparedRun[] Runs { get; }

    public static PreparedText Of(TemplateText text) => Known.GetValue(text, static text => new PreparedText(text));
}
