using System.CommandLine;
using Dispatcher.Core.Pipeline;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Settings;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher run</c>: a worker, until it is told to stop.</summary>
internal static class RunCommand
{
    public static Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "run",
            "Run a worker: takes invitations from Redis, checks and sends them, and answers HTTP. SIGTERM or Ctrl-C drains and ends it.",
            "dispatcher run --Redis:Configuration=127.0.0.1:6379 --Smtp:Host=127.0.0.1 --Smtp:Port=1025",
            "dispatcher run --config /etc/dispatcher.json",
            "Redis__Configuration=redis:6379 Smtp__Host=relay dispatcher run --Logging:Json=true")
        {
            RunsHost = true,
        },
        RunAsync);

    /// <summary>Whether the worker stopped because a loop of it died: the log says of what.</summary>
    private static bool Failed(WebApplication host) =>
        host.Services.GetRequiredService<WorkerPipeline>().Failed
        || host.Services.GetServices<IHostedService>().OfType<BackgroundService>().Any(service => service.ExecuteTask is { IsFaulted: true });

    private static async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        foreach (var warning in UnknownSettings.Warnings(context.Settings.Configuration))
        {
            context.Output.ErrorLine(Cell.Plain(warning));
        }

        await using var host = WorkerHost.Build(context.Environment, context.Settings);
        await WorkerStart.StartAsync(host, cancellationToken);
        foreach (var url in host.Urls)
        {
            context.Output.ErrorLine($"Listening on {url}");
        }

        await host.WaitForShutdownAsync(cancellationToken);
        return Failed(host) ? ExitCode.No : ExitCode.Fine;
    }
}
