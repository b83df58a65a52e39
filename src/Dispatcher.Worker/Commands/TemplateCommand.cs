using System.CommandLine;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher template</c>: try templates before they are used.</summary>
internal static class TemplateCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "template",
        "Check templates, and see the message that one makes.",
        "dispatcher template check templates/acme/default",
        "dispatcher template render templates/acme/default --data invitation.json --out preview.eml --html preview.html")
    {
        new TemplateCheckCommand().Create(application),
        new TemplateRenderCommand().Create(application),
    };

    public static Argument<string> Path() => new("FILE|FOLDER") { Description = "A body (.html, .htm, else text), or a template's folder." };

    public static Option<string?> Type()
    {
        var type = new Option<string?>("--type")
        {
            Description = "What it is for. Default: as template.yaml says, else service.",
            HelpName = string.Join('|', Codes.All<InvitationType>()),
        };
        type.AcceptOnlyFromAmong([.. Codes.All<InvitationType>()]);
        return type;
    }

    public static InvitationType? TypeOf(CommandContext context, Option<string?> option) =>
        context.Value(option) is { } code && Codes.TryParse<InvitationType>(code, out var type) ? type : null;
}
