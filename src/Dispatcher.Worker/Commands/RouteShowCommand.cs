using System.CommandLine;
using System.Globalization;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Core.Text;
using Dispatcher.Smtp;
using Dispatcher.Smtp.Routing;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;
using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Spf;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher route show</c>: the way of one message, without sending it.</summary>
internal sealed class RouteShowCommand
{
    private readonly Option<string> _to = new("--to") { Description = "The recipient's address.", HelpName = "ADDRESS", Required = true };
    private readonly Option<string?> _tenant = new("--tenant") { Description = "Whose message it is.", HelpName = "TENANT" };
    private readonly Option<string?> _from = new("--from") { Description = "The From address. Default: Smtp:From.", HelpName = "ADDRESS" };
    private readonly Option<string[]> _tags = new("--tag") { Description = "A tag of the invitation; may stand several times.", HelpName = "TAG" };
    private readonly Option<string?> _dns = new("--dns") { Description = "Ask this resolver instead of Dns:Servers.", HelpName = "HOST:PORT" };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "show",
            "Show the route of a message, its mail exchangers and the limits that apply. Exit code 1: it could not be sent.",
            "dispatcher route show --to eva@example.com",
            "dispatcher route show --to eva@example.com --tenant acme --from reviews@acme.example --tag vip --json")
        { _to, _tenant, _from, _tags, _dns },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        // 1. The routes in force.
        var server = context.Value(_dns) is { } dns ? await DnsServerArgument.ReadAsync(dns, cancellationToken) : null;
        var options = RouteCommand.OptionsOf(context);
        if (string.IsNullOrEmpty(options.RoutesFile))
        {
            context.Output.Line(context.Output.Json
                ? $$"""{"relay":"{{options.Host}}:{{options.Port}}"}"""
                : $"There is no Smtp:RoutesFile: all mail goes to {options.Host}:{options.Port}.");
            return ExitCode.Fine;
        }

        var (setup, problems) = RouteFiles.Read(options, SmtpFiles.Format);
        if (setup is null)
        {
            throw new UsageException(string.Join(Environment.NewLine, problems));
        }

        // 2. The way of this message.
        await using var services = CommandServices.Build(
            context.Environment, context.Settings.Configuration, more => DnsServerArgument.Use(more, server, null));
        var from = context.Value(_from) ?? options.From;
        var domain = DomainSyntax.ToAscii(from[(from.LastIndexOf('@') + 1)..].TrimEnd('>', ' ')) ?? "";
        var query = new RouteQuery(context.Value(_tenant) ?? "", domain, context.Value(_tags) ?? [], "");
        var explainer = new RouteExplainer(options, setup, services.GetRequiredService<IDnsResolver>());
        if (await explainer.ExplainAsync(query, context.Value(_to)!, cancellationToken) is not { } routes)
        {
            throw new UsageException($"--to: '{Cell.Plain(context.Value(_to))}' is not an address that can be sent to");
        }

        var rule = explainer.RuleOf(query);
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { rule = rule < 0 ? "default" : $"rules[{rule}]", routes = routes.Select(View) });
        }
        else
        {
            context.Output.Line(rule < 0 ? "No rule matches: the default decides." : $"rules[{rule}] decides.");
            foreach (var route in routes)
            {
                Write(context.Output, route);
            }
        }

        return routes.Any(route => route.Problem is null) ? ExitCode.Fine : ExitCode.No;
    }

    private static object View(RouteExplanation route) => new
    {
        route.Route,
        Kind = Codes.Of(route.Kind),
        route.Share,
        route.Fallback,
        route.Problem,
        Final = route.IsFinal,
        route.Shaping,
        route.Connections,
        route.MessagesPerConnection,
        route.Pipelining,
        route.RatePerMinute,
        Tls = route.Tls is { } tls ? Codes.Of(tls) : null,
        Retry = route.Retry.Select(wait => wait.ToString("c", CultureInfo.InvariantCulture)),
        route.Hosts,
    };

    private static void Write(CommandOutput output, RouteExplanation route)
    {
        var table = new Table().HideHeaders().AddColumns("", "");
        void Row(string name, string? value)
        {
            if (!string.IsNullOrEmpty(value))
            {
                table.AddRow(new Text(name), new Text(Cell.Plain(value)));
            }
        }

        Row("route", route.Route);
        Row("kind", Codes.Of(route.Kind));
        Row("share", route.Share > 0 ? string.Create(CultureInfo.InvariantCulture, $"{route.Share} %") : "only when nothing before it answers");
        foreach (var host in route.Hosts)
        {
            var order = route.Kind == RouteKind.Direct ? "MX" : "weight";
            Row($"{order} {host.Order}", $"{host.Host}:{host.Port} {string.Join(' ', host.Addresses)} {host.Note}".TrimEnd());
        }

        Row("problem", route.Problem);
        Row("fall-back", route.Fallback);
        Row("shaping rule", route.Shaping);
        Row("connections", $"{route.Connections}");
        Row("messages each", $"{route.MessagesPerConnection}");
        Row("pipelining", route.Pipelining ? "yes" : "no");
        Row("tls", route.Tls is { } tls ? Codes.Of(tls) : null);
        Row("rate", route.RatePerMinute is { } rate ? $"{rate} a minute" : "no limit");
        Row("retry", string.Join(", ", route.Retry.Select(wait => wait.ToString("c", CultureInfo.InvariantCulture))));
        output.Table(table);
    }
}
