using System.CommandLine;
using Dispatcher.Smtp.Routing;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher route check</c>: every mistake in files of routes and shaping rules, before a worker meets them.</summary>
internal sealed class RouteCheckCommand
{
    private readonly Argument<string?> _routes = new("routes")
    {
        Description = "File of routes. Default: Smtp:RoutesFile.",
        HelpName = "FILE",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<string?> _shaping = new("--shaping") { Description = "File of shaping rules. Default: Smtp:ShapingFile, else the rules that ship.", HelpName = "FILE" };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "check",
            "Check files of routes and shaping rules; files of passwords and certificates that they name are tried too. Exit code 2: there are mistakes.",
            "dispatcher route check routes.yaml",
            "dispatcher route check --shaping shaping.yaml")
        { _routes, _shaping },
        Run);

    private Task<int> Run(CommandContext context, CancellationToken cancellationToken)
    {
        var options = RouteCommand.OptionsOf(context);
        options.RoutesFile = context.Optional(_routes) ?? options.RoutesFile;
        options.ShapingFile = context.Value(_shaping) ?? options.ShapingFile;
        if (string.IsNullOrEmpty(options.RoutesFile) && string.IsNullOrEmpty(options.ShapingFile))
        {
            throw new UsageException("Name a file of routes, or --shaping FILE; neither Smtp:RoutesFile nor Smtp:ShapingFile is set.");
        }

        var problems = new List<string>();
        var (routes, rules) = (0, 0);
        if (string.IsNullOrEmpty(options.RoutesFile))
        {
            rules = RouteFiles.ReadShaping(options.ShapingFile, SmtpFiles.Format, problems)?.Rules.Count ?? 0;
        }
        else
        {
            var (setup, found) = RouteFiles.Read(options, SmtpFiles.Format);
            problems.AddRange(found);
            (routes, rules) = (setup?.Routes.Routes.Count ?? 0, setup?.ShapingFile.Rules.Count ?? 0);
        }

        if (context.Output.Json)
        {
            context.Output.WriteJson(new { ok = problems.Count == 0, routes, shapingRules = rules, problems });
        }
        else
        {
            problems.ForEach(problem => context.Output.Line(Cell.Plain(problem)));
            if (problems.Count == 0)
            {
                context.Output.Line($"{routes} routes, {rules} shaping rules: no mistakes");
            }
        }

        return Task.FromResult(problems.Count == 0 ? ExitCode.Fine : ExitCode.Usage);
    }
}
