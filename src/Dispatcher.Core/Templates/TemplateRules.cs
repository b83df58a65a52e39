using Dispatcher.Core.Invitations;
using Dispatcher.Core.Templates.Parsing;

namespace Dispatcher.Core.Templates;

/// <summary>What must be and what must not be in a template, by the type of the invitation.</summary>
internal static class TemplateRules
{
    public static IReadOnlyList<TemplateProblem> FindProblems(InvitationType type, TemplatePart subject, TemplatePart[] bodies)
    {
        var problems = new List<TemplateProblem>();
        foreach (var part in bodies.Prepend(subject))
        {
            AddFrom(part, type, problems);
        }

        var required = PlaceholderRules.Required(type);
        if (!bodies.Any(body => body.Used.ContainsKey(required)))
        {
            problems.Add(new(
                TemplateProblemKind.Missing, "template", 1, 1, $"[{required}]", "is required and stands in no body", $"[{required}]"));
        }

        return problems;
    }

    public static IReadOnlyList<string> FindWarnings(TemplateFiles files, TemplatePart[] bodies)
    {
        var warnings = new List<string>();
        if (files.Size > Template.WarningSize)
        {
            warnings.Add($"The template is {files.Size / 1000} kB large; above {Template.WarningSize / 1000} kB some mail clients cut a message.");
        }

        var required = PlaceholderRules.Required(files.Type);
        if (bodies.Length == 2 && bodies.Count(body => body.Used.ContainsKey(required)) == 1)
        {
            var lacking = bodies[0].Used.ContainsKey(required) ? "text" : "HTML";
            warnings.Add($"The {lacking} body lacks [{required}]: whoever reads it finds no way to the review.");
        }

        return warnings;
    }

    private static void AddFrom(TemplatePart part, InvitationType type, List<TemplateProblem> problems)
    {
        problems.AddRange(part.Problems);
        foreach (var (placeholder, position) in part.Used)
        {
            if (!PlaceholderRules.IsAllowed(placeholder, type))
            {
                problems.Add(new(
                    TemplateProblemKind.Error, part.Name, position.Line, position.Column, $"[{placeholder}]",
                    "is not allowed in a template for product reviews", $"[{nameof(Placeholder.Products)}]"));
            }
        }
    }
}
