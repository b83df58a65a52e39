using System.CommandLine;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Cli;

/// <summary><c>--tenant</c>, <c>--destination</c> and <c>--all</c>, of which one is given.</summary>
internal sealed class ScopeOptions
{
    private readonly Option<string?> _tenant = TenantOption.Create("One tenant.");

    private readonly Option<string?> _destination = ScopeName.Checked(
        new Option<string?>("--destination") { Description = "One destination group.", HelpName = "GROUP" });

    private readonly Option<bool> _all = new("--all") { Description = "Everything." };

    public void AddTo(Command command)
    {
        command.Add(_tenant);
        command.Add(_destination);
        command.Add(_all);
    }

    /// <returns>Null: none of them was given.</returns>
    /// <exception cref="UsageException">More than one was.</exception>
    public QueueScope? Read(CommandContext context)
    {
        var (tenant, group, all) = (context.Value(_tenant), context.Value(_destination), context.Value(_all));
        return (tenant, group, all) switch
        {
            (null, null, false) => null,
            (not null, null, false) => QueueScope.Tenant(tenant),
            (null, not null, false) => QueueScope.Destination(group),
            (null, null, true) => QueueScope.All,
            _ => throw new UsageException("Give one of --tenant NAME, --destination GROUP and --all; run it once for each."),
        };
    }
}
