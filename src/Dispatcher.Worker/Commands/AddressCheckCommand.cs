using System.CommandLine;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Dns;
using Dispatcher.Worker.Addresses;
using Dispatcher.Worker.Bounces;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Spf;
using Microsoft.Extensions.Options;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher address check</c>.</summary>
internal sealed class AddressCheckCommand
{
    private readonly Argument<string[]> _addresses = new("ADDRESS...") { Description = "Addresses; - reads one a line from standard input.", Arity = ArgumentArity.OneOrMore };
    private readonly Option<bool> _mx = new("--mx") { Description = "Also look up in DNS whether the domain takes mail." };
    private readonly Option<string?> _dns = new("--dns") { Description = "Ask this resolver instead of Dns:Servers.", HelpName = "HOST:PORT" };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "check",
            "Judge recipients' addresses. Exit code 0: all are fine; 1: some are not; 3: DNS does not answer.",
            "dispatcher address check eva@example.com 'eva@räksmörgås.example'",
            "dispatcher address check eva@gmial.com --mx",
            "dispatcher address check - --json < addresses.txt")
        {
            Remarks =
            [
                "Status: ok, or that in which an invitation to the address would end by its address alone. A suggestion names what was probably\n"
                    + "meant (gmial.com) and does not make an address wrong: the other may exist. Of the block list it knows what settings say; ask block-list show for the rest.",
            ],
            Arguments = { _addresses },
            Options = { _mx, _dns },
        },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var server = context.Value(_dns) is { } dns ? await DnsServerArgument.ReadAsync(dns, cancellationToken) : null;
        await using var services = CommandServices.Build(
            context.Environment, context.Settings.Configuration, more => DnsServerArgument.Use(more, server, null));
        var options = services.GetRequiredService<IOptions<ChecksOptions>>().Value;
        var judge = new AddressJudge(
            new DomainSet(options.BlockedDomains),
            TemporaryDomains.Load(options.DisposableDomainsFile),
            context.Value(_mx) || server is not null ? services.GetRequiredService<IDnsResolver>() : null);

        var table = new Table().AddColumns("Address", "Status", "Why", "Suggestion");
        var (bad, unknown) = (false, false);
        await foreach (var address in AddressesAsync(context, cancellationToken))
        {
            var answer = await judge.JudgeAsync(address, cancellationToken);
            bad |= !answer.IsOk;
            unknown |= answer.Mail == "unknown";
            if (context.Output.Json)
            {
                context.Output.WriteJson(answer);
            }
            else
            {
                var why = answer.Reason ?? (answer.Mail == "unknown" ? "DNS does not answer for the domain" : answer.Wire != address ? $"is sent to {answer.Wire}" : "");
                table.AddRow(Cell.Of(answer.Address), answer.Status, Cell.Of(why), Cell.Of(answer.Suggestion));
            }
        }

        if (!context.Output.Json)
        {
            context.Output.Table(table);
        }

        return bad ? ExitCode.No : unknown ? ExitCode.Outside : ExitCode.Fine;
    }

    private async IAsyncEnumerable<string> AddressesAsync(
        CommandContext context, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var address in context.Value(_addresses))
        {
            if (address != "-")
            {
                yield return address;
                continue;
            }

            using var reader = new StreamReader(context.Environment.OpenInput());
            var lines = new BoundedLines(reader);
            while (await lines.ReadAsync(cancellationToken))
            {
                yield return lines.Line.ToString();
            }
        }
    }
}
