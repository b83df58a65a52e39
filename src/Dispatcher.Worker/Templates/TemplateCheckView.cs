using System.Text.Json.Serialization;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Templates;

/// <summary>What <c>template check --json</c> writes of a template: contracts, section 5.</summary>
/// <param name="File">Null unless there are several.</param>
internal sealed record TemplateCheckView(
    string Status,
    IReadOnlyList<TemplateProblemView> Problems,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? File)
{
    public static TemplateCheckView Of(TemplateInput input, bool named) => new(
        Codes.Of(input.Template.Status),
        [.. input.Template.Problems.Select(problem => TemplateProblemView.Of(problem, input.IsFolder))],
        named ? input.Name : null);
}

/// <param name="Part">Null when there is one only.</param>
internal sealed record TemplateProblemView(
    int Line,
    int Column,
    string Text,
    string Why,
    string? Suggestion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Part)
{
    public static TemplateProblemView Of(TemplateProblem problem, bool withPart) =>
        new(problem.Line, problem.Column, problem.Text, problem.Why, problem.Suggestion, withPart ? problem.Part : null);
}
