using System.CommandLine;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Templates;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher template check</c>: what is wrong with a template, where, and what was probably meant.</summary>
internal sealed class TemplateCheckCommand
{
    private readonly Argument<string> _path = TemplateCommand.Path();
    private readonly Option<string?> _type = TemplateCommand.Type();

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "check",
            "Say what is wrong with a template. Exit code 0: nothing; 1: invitations with it would not be sent.",
            "dispatcher template check templates/acme/default",
            "dispatcher template check body.html --type product",
            "dispatcher template check templates/acme --json")
        {
            Remarks =
            [
                "A folder of templates, or of bodies, is checked one by one. --json: {\"status\":\"ok|missing-placeholder|placeholder-error\",\"problems\":\n"
                    + "[{\"line\",\"column\",\"text\",\"why\",\"suggestion\"}]}; a folder's problems say their part, and one of several templates its file.",
            ],
            Arguments = { _path },
            Options = { _type },
        },
        (context, _) => Task.FromResult(Run(context)));

    private int Run(CommandContext context)
    {
        var inputs = TemplateInput.Read(context.Value(_path), TemplateCommand.TypeOf(context, _type));
        foreach (var input in inputs)
        {
            if (context.Output.Json)
            {
                context.Output.WriteJson(TemplateCheckView.Of(input, named: inputs.Count > 1));
            }
            else
            {
                Write(context.Output, input);
            }

            foreach (var warning in input.Template.Warnings)
            {
                context.Output.ErrorLine($"{Cell.Plain(input.Name)}: {warning}");
            }
        }

        return inputs.All(input => input.Template.Status == TemplateStatus.Ok) ? ExitCode.Fine : ExitCode.No;
    }

    /// <summary>As compilers write it, so that editors can follow.</summary>
    private static void Write(CommandOutput output, TemplateInput input)
    {
        foreach (var problem in input.Template.Problems)
        {
            output.Line(Cell.Plain(
                $"{input.FileOf(problem)}:{problem.Line}:{problem.Column}: {problem.Text} {problem.Why}{(problem.Suggestion is { } write ? $"; write {write}" : "")}"));
        }

        output.Line(Cell.Plain($"{input.Name}: {Codes.Of(input.Template.Status)}"));
    }
}
