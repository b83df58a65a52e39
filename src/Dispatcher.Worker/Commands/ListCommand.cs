using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Lists;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher allow-list</c> and <c>dispatcher skus</c>: the lists that a tenant uploads.</summary>
internal sealed class ListCommand(TenantList list)
{
    private readonly string _name = list == TenantList.Allow ? "allow-list" : "skus";
    private readonly string _entry = list == TenantList.Allow ? "eva@example.com" : "A-1";

    public Command Create(CliApplication application) => new ExampleCommand(
        _name,
        list == TenantList.Allow
            ? "Say who agreed to be written to: in DE, AT and CH a tenant with an allow-list writes to nobody else."
            : "Say which SKUs a tenant sells: with a catalogue, product invitations with others end as sku-error.",
        $"dispatcher {_name} load list.csv --tenant acme",
        $"dispatcher {_name} add {_entry} --tenant acme",
        $"dispatcher {_name} show --tenant acme",
        $"dispatcher {_name} clear --tenant acme")
    {
        Load(application),
        Change(application, "add", "Put entries on the list, which is made if there is none.", (store, tenant, entries, token) => store.AddAsync(list, tenant, entries, token)),
        Change(application, "remove", "Take entries off the list.", (store, tenant, entries, token) => store.RemoveAsync(list, tenant, entries, token)),
        Show(application),
        Clear(application),
    };

    private Command Load(CliApplication application)
    {
        var (file, tenant) = (new Argument<string>("FILE") { Description = "A CSV file, an entry a line; - is standard input." }, Tenant());
        return application.Run(
            new ExampleCommand(
                "load",
                "Put a file in the place of the list, in force as a whole at the end. Exit code 1: some lines were left out.",
                $"dispatcher {_name} load list.csv --tenant acme",
                $"zcat list.csv.gz | dispatcher {_name} load - --tenant acme --json")
            { file, tenant },
            async (context, cancellationToken) =>
            {
                var (size, bad) = await ListLoad.RunAsync(
                    context,
                    context.Value(file),
                    ListRules.Of(list),
                    (entries, progress, token) => context.Service<IListStore>().ReplaceAsync(list, context.Value(tenant)!, entries, progress, token),
                    cancellationToken);
                Answer(context, size, bad);
                return bad == 0 ? ExitCode.Fine : ExitCode.No;
            });
    }

    private Command Change(
        CliApplication application, string verb, string what, Func<IListStore, string, IReadOnlyList<string>, CancellationToken, ValueTask<long>> change)
    {
        var entries = new Argument<string[]>("ENTRY") { Description = "What; several are separated by blanks.", Arity = ArgumentArity.OneOrMore };
        var tenant = Tenant();
        return application.Run(
            new ExampleCommand(verb, what, $"dispatcher {_name} {verb} {_entry} --tenant acme") { entries, tenant },
            async (context, cancellationToken) =>
            {
                foreach (var entry in context.Value(entries))
                {
                    if (ListRules.Of(list).FindFault(entry) is { } fault)
                    {
                        throw new UsageException($"{Cell.Plain(entry)}: {fault}.");
                    }
                }

                Answer(context, await change(context.Service<IListStore>(), context.Value(tenant)!, context.Value(entries), cancellationToken), 0);
                return ExitCode.Fine;
            });
    }

    private Command Show(CliApplication application)
    {
        var tenant = Tenant();
        return application.Run(
            new ExampleCommand("show", "Tell how many entries are in force. Exit code 1: there is no list.", $"dispatcher {_name} show --tenant acme --json") { tenant },
            async (context, cancellationToken) =>
            {
                var size = await context.Service<IListStore>().SizeAsync(list, context.Value(tenant)!, cancellationToken);
                if (size is null && !context.Output.Json)
                {
                    context.Output.Line("There is no list.");
                }
                else
                {
                    Answer(context, size, 0);
                }

                return size is null ? ExitCode.No : ExitCode.Fine;
            });
    }

    private Command Clear(CliApplication application)
    {
        var tenant = Tenant();
        return application.Run(
            new ExampleCommand("clear", "Take the list away: nothing is refused for it any more. Exit code 1: there was none.", $"dispatcher {_name} clear --tenant acme") { tenant },
            async (context, cancellationToken) =>
            {
                var was = await context.Service<IListStore>().ClearAsync(list, context.Value(tenant)!, cancellationToken);
                Answer(context, null, 0);
                return was ? ExitCode.Fine : ExitCode.No;
            });
    }

    private void Answer(CommandContext context, long? size, long bad)
    {
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { list = _name, size, bad });
        }
        else
        {
            context.Output.Line(size is null ? "There is no list any more." : $"{size:N0} entries are in force{(bad > 0 ? $", {bad:N0} bad lines were left out" : "")}.");
        }
    }

    private static Option<string> Tenant() => TenantOption.CreateRequired("Whose list.");
}
