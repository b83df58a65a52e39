using System.CommandLine;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Lists;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher block-list</c>: recipient domains that nothing is sent to, whoever writes.</summary>
internal static class BlockListCommand
{
    public static Command Create(CliApplication application) => new ExampleCommand(
        "block-list",
        "Say which recipient domains nothing is sent to, beside those of Checks:BlockedDomains; each covers all below it.",
        "dispatcher block-list add spamtrap.example",
        "dispatcher block-list load domains.txt",
        "dispatcher block-list show mail.spamtrap.example",
        "dispatcher block-list list")
    {
        Load(application),
        Change(application, "add", "Put domains on the list.", (store, domains, token) => store.AddAsync(domains, token)),
        Change(application, "remove", "Take domains off the list; those above them may still cover them.", (store, domains, token) => store.RemoveAsync(domains, token)),
        List(application),
        Show(application),
        Clear(application),
    };

    private static Command Load(CliApplication application)
    {
        var file = new Argument<string>("FILE") { Description = "A CSV or text file, a domain a line, # begins a comment line; - is standard input." };
        return application.Run(
            new ExampleCommand(
                "load",
                "Put a file in the place of the list, in force as a whole at the end. Exit code 1: some lines were left out.",
                "dispatcher block-list load domains.txt",
                "dispatcher block-list load - --json < domains.txt")
            { file },
            async (context, cancellationToken) =>
            {
                var (size, bad) = await ListLoad.RunAsync(
                    context, context.Value(file), ListRules.BlockedDomains, context.Service<IBlockListStore>().ReplaceAsync, cancellationToken);
                Answer(context, size, bad);
                return bad == 0 ? ExitCode.Fine : ExitCode.No;
            });
    }

    private static Command Change(
        CliApplication application, string verb, string what, Func<IBlockListStore, IReadOnlyList<string>, CancellationToken, ValueTask<long>> change)
    {
        var domains = new Argument<string[]>("DOMAIN") { Description = "What; several are separated by blanks.", Arity = ArgumentArity.OneOrMore };
        return application.Run(
            new ExampleCommand(verb, what, $"dispatcher block-list {verb} spamtrap.example") { domains },
            async (context, cancellationToken) =>
            {
                Array.ForEach(context.Value(domains), Refuse);
                try
                {
                    Answer(context, await change(context.Service<IBlockListStore>(), context.Value(domains), cancellationToken), 0);
                }
                catch (InvalidDataException exception)
                {
                    throw new UsageException(exception.Message);
                }

                return ExitCode.Fine;
            });
    }

    private static Command List(CliApplication application) => application.Run(
        new ExampleCommand("list", "Write the domains, one a line.", "dispatcher block-list list > domains.txt", "dispatcher block-list list --json"),
        async (context, cancellationToken) =>
        {
            foreach (var domain in await context.Service<IBlockListStore>().ListAsync(cancellationToken))
            {
                if (context.Output.Json)
                {
                    context.Output.WriteJson(new { domain });
                }
                else
                {
                    context.Output.Line(Cell.Plain(domain));
                }
            }

            return ExitCode.Fine;
        });

    private static Command Show(CliApplication application)
    {
        var domain = new Argument<string?>("DOMAIN") { Description = "Tell what blocks this one; without it, how many are in force.", Arity = ArgumentArity.ZeroOrOne };
        return application.Run(
            new ExampleCommand(
                "show",
                "Tell how many domains are in force, or what blocks one. Exit code 1: nothing blocks it.",
                "dispatcher block-list show",
                "dispatcher block-list show mail.spamtrap.example --json")
            { domain },
            async (context, cancellationToken) =>
            {
                var store = context.Service<IBlockListStore>();
                if (context.Optional(domain) is not { } wanted)
                {
                    Answer(context, await store.SizeAsync(cancellationToken), 0);
                    return ExitCode.Fine;
                }

                Refuse(wanted);
                var by = await store.FindAsync(wanted, cancellationToken) ?? BySettings(context, wanted);
                if (context.Output.Json)
                {
                    context.Output.WriteJson(new { domain = wanted, blocked = by is not null, by });
                }
                else
                {
                    context.Output.Line(by is null ? $"Nothing blocks {Cell.Plain(wanted)}." : $"{Cell.Plain(wanted)} is blocked by {Cell.Plain(by)}.");
                }

                return by is null ? ExitCode.No : ExitCode.Fine;
            });
    }

    private static Command Clear(CliApplication application) => application.Run(
        new ExampleCommand("clear", "Take every domain off the list; those of the settings stay. Exit code 1: there was none.", "dispatcher block-list clear"),
        async (context, cancellationToken) =>
        {
            var was = await context.Service<IBlockListStore>().ClearAsync(cancellationToken);
            Answer(context, 0, 0);
            return was > 0 ? ExitCode.Fine : ExitCode.No;
        });

    private static string? BySettings(CommandContext context, string domain) =>
        new DomainSet(context.Service<IOptions<ChecksOptions>>().Value.BlockedDomains).Covers(domain) ? "Checks:BlockedDomains" : null;

    /// <exception cref="UsageException">It is no domain.</exception>
    private static void Refuse(string domain)
    {
        if (DomainSyntax.FindFault(domain) is { } fault)
        {
            throw new UsageException($"{Cell.Plain(domain)}: {fault}.");
        }
    }

    private static void Answer(CommandContext context, long size, long bad)
    {
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { list = "block-list", size, bad });
        }
        else
        {
            context.Output.Line($"{size:N0} {(size == 1 ? "domain is" : "domains are")} in force{(bad > 0 ? $", {bad:N0} bad lines were left out" : "")}.");
        }
    }
}
