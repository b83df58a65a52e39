using System.CommandLine;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Spf;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Spf;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher spf check</c>: one evaluation for people, or a batch for programs.</summary>
internal sealed class SpfCheckCommand
{
    private readonly Option<string?> _ip = new("--ip") { Description = "The sending IP address.", HelpName = "IP" };
    private readonly Option<string?> _mailFrom = new("--mail-from") { Description = "The sender's address.", HelpName = "ADDRESS" };
    private readonly Option<string?> _helo = new("--helo") { Description = "The name said in EHLO. Default: Smtp:EhloName, else this machine's.", HelpName = "NAME" };
    private readonly Option<bool> _batch = new("--batch") { Description = "Read one JSON object a line from standard input." };
    private readonly Option<string?> _dns = new("--dns") { Description = "Ask this resolver instead of Dns:Servers.", HelpName = "HOST:PORT" };
    private readonly Option<int?> _timeout = new("--dns-timeout") { Description = "Milliseconds that one look-up may take, instead of Dns:Timeout.", HelpName = "MS" };

    public Command Create(CliApplication application)
    {
        var command = new ExampleCommand(
            "check",
            "Evaluate SPF: may this address send for this sender? Exit code 0: pass; 1: anything else; 3: DNS does not answer.",
            "dispatcher spf check --ip 192.0.2.1 --mail-from reviews@acme.example",
            "dispatcher spf check --ip 2001:db8::1 --mail-from reviews@acme.example --helo mx.example.com --json",
            "dispatcher spf check --batch --dns 127.0.0.1:5353 --dns-timeout 500 < senders.jsonl")
        {
            Remarks =
            [
                "A batch reads {\"id\":\"1\",\"ip\":\"192.0.2.1\",\"mailFrom\":\"a@acme.example\",\"helo\":\"mx.example.com\"} and writes, in the same order,\n"
                    + "{\"id\":\"1\",\"result\":\"pass\",\"explanation\":null}. A line that can't be read gets {\"line\":2,\"error\":\"…\"} in its place.",
            ],
        };
        foreach (var option in new Option[] { _ip, _mailFrom, _helo, _batch, _dns, _timeout })
        {
            command.Add(option);
        }

        return application.Run(command, RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var server = context.Value(_dns) is { } dns ? await DnsServerArgument.ReadAsync(dns, cancellationToken) : null;
        if (context.Value(_timeout) is < 1 or > 300_000)
        {
            throw new UsageException("--dns-timeout: must be 1 to 300000 milliseconds");
        }

        var batch = context.Value(_batch);
        if (batch == (context.Value(_ip) is not null || context.Value(_mailFrom) is not null))
        {
            throw new UsageException("Give --ip and --mail-from, or --batch alone.");
        }

        await using var services = CommandServices.Build(
            context.Environment, context.Settings.Configuration, more => DnsServerArgument.Use(more, server, context.Value(_timeout)));
        var evaluator = services.GetRequiredService<ISpfEvaluator>();
        var helo = context.Value(_helo) ?? (context.Settings.Configuration["Smtp:EhloName"] is { Length: > 0 } name ? name : Environment.MachineName);
        if (batch)
        {
            return await new SpfBatch(evaluator, context.Output).RunAsync(context.Environment.OpenInput(), cancellationToken);
        }

        if (IpSyntax.Parse(context.Value(_ip)) is not { } address)
        {
            throw new UsageException($"--ip: '{Cell.Plain(context.Value(_ip))}' is not an IP address");
        }

        var request = new SpfRequest(address, context.Value(_mailFrom) ?? "", helo);
        var include = services.GetRequiredService<IOptions<ChecksOptions>>().Value.SpfInclude is { Length: > 0 } ours ? ours : null;
        return await new SpfAnswer(evaluator, context.Output, include).RunAsync(request, cancellationToken);
    }
}
