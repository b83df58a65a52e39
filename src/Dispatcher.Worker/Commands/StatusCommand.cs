using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher status</c>: totals over all processes.</summary>
internal sealed class StatusCommand
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(2);

    private readonly Option<bool> _watch = new("--watch") { Description = "Show it again every two seconds, until stopped." };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "status",
            "Show what waits, what was done, and who works: totals over all processes.",
            "dispatcher status",
            "dispatcher status --watch",
            "dispatcher status --json | jq .backlog")
        { _watch },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var status = context.Service<ISystemStatus>();
        using var timer = new PeriodicTimer(Period, context.Environment.Time);
        do
        {
            var snapshot = await status.ReadAsync(tenants: true, cancellationToken);
            if (context.Output.Json)
            {
                context.Output.WriteJson(StatusView.Of(snapshot));
            }
            else
            {
                StatusTables.Write(context.Output, snapshot);
            }
        }
        while (context.Value(_watch) && await NextAsync(timer, cancellationToken));
        return ExitCode.Fine;
    }

    /// <summary>Being stopped is how watching ends, and no failure.</summary>
    private static async ValueTask<bool> NextAsync(PeriodicTimer timer, CancellationToken cancellationToken)
    {
        try
        {
            return await timer.WaitForNextTickAsync(cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            return false;
        }
    }
}
