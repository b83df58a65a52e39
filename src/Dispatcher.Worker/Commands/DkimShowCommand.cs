using System.CommandLine;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Worker.Cli;
using Spectre.Console;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher dkim show</c>.</summary>
internal sealed class DkimShowCommand
{
    private readonly Option<string> _domain = new("--domain") { Description = "Only the keys of this domain.", HelpName = "DOMAIN" };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "show",
            "List the keys, which of them signs, and the DNS record of each. Exit code 1: a file can't be used, or there is no key.",
            "dispatcher dkim show",
            "dispatcher dkim show --domain acme.example --json")
        { _domain },
        Run);

    private Task<int> Run(CommandContext context, CancellationToken cancellationToken)
    {
        var keys = Keys(context);
        foreach (var key in context.Output.Json ? keys : [])
        {
            context.Output.WriteJson(DkimCommand.ViewOf(key));
        }

        if (!context.Output.Json)
        {
            Write(context, keys);
        }

        return Task.FromResult(keys.Count > 0 && keys.All(key => key.Fault is null) ? ExitCode.Fine : ExitCode.No);
    }

    private List<DkimKeyInfo> Keys(CommandContext context)
    {
        try
        {
            var domain = context.Value(_domain);
            return [.. DkimCommand.StoreOf(context).List().Where(key => domain is null || key.Domain.Equals(domain, StringComparison.OrdinalIgnoreCase))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new UsageException($"Smtp:Dkim:Path can't be read: {e.Message}");
        }
    }

    private static void Write(CommandContext context, List<DkimKeyInfo> keys)
    {
        if (keys.Count == 0)
        {
            context.Output.Line("There is no key. Make one: dispatcher dkim new DOMAIN SELECTOR");
            return;
        }

        var table = new Table().AddColumns("domain", "selector", "bits", "state");
        foreach (var key in keys)
        {
            var state = key.Fault is { } fault ? $"can't be used: {fault}" : key.Signs ? "signs" : key.Waits ? "waits for 'dkim use'" : "signs no more";
            table.AddRow(Markup.Escape(key.Domain), Markup.Escape(key.Selector), key.Fault is null ? $"{key.Bits}" : "", Markup.Escape(state));
        }

        context.Output.Table(table);
        foreach (var record in keys.Select(key => key.Record).OfType<DkimRecord>())
        {
            context.Output.Line(record.ZoneLine);
        }
    }
}
