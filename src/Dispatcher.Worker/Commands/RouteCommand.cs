using System.CommandLine;
using Dispatcher.Smtp;
using Dispatcher.Worker.Cli;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher route</c>: which way mail goes, and by which limits.</summary>
internal static class RouteCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "route",
        "Show which route a message takes, and check files of routes and shaping rules.",
        "dispatcher route show --to eva@example.com --tenant acme",
        "dispatcher route check routes.yaml --shaping shaping.yaml")
    {
        new RouteShowCommand().Create(application),
        new RouteCheckCommand().Create(application),
    };

    /// <summary>The section as a worker would have it; what it says of files is left to the command.</summary>
    public static SmtpOptions OptionsOf(CommandContext context)
    {
        var options = new SmtpOptions();
        context.Settings.Configuration.GetSection(SmtpOptions.Section).Bind(options);
        return options;
    }
}
