using System.CommandLine;
using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Simulators.Dns;
using Dispatcher.Simulators.Smtp;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Demo;
using Dispatcher.Worker.Hosting;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher demo</c>: a worker, a simulated mail server and name server in one process, and some thousand invitations.</summary>
internal sealed class DemoCommand
{
    private const int LongestRunName = 20;

    private readonly Option<string?> _run = new("--run")
    {
        Description = "Name of this run, put before ids and reference numbers; another name makes other invitations. Default: from the clock.",
        HelpName = "NAME",
    };

    private readonly Option<int> _timeout = new Option<int>("--timeout")
    {
        Description = "Seconds to wait for the last status.",
        DefaultValueFactory = _ => 120,
    }
        .Between(1, 86_400);

    private readonly Option<bool> _keep = new("--keep") { Description = "Stay up afterwards, until Ctrl-C or SIGTERM." };
    private readonly Option<int> _smtpPort = new Option<int>("--smtp-port") { Description = "Port of the simulated mail server; 0: any free one." }
        .Between(0, 65_535);

    private readonly Option<int> _httpPort = new Option<int>("--http-port") { Description = "Port of the HTTP door; 0: any free one." }
        .Between(0, 65_535);

    private readonly Option<DirectoryInfo?> _samples = new("--samples") { Description = "Folder of other samples.", HelpName = "FOLDER" };

    public Command Create(CliApplication application)
    {
        _run.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } run && (!Identity.IsId(run) || run.Length > LongestRunName))
            {
                result.AddError($"--run is at most {LongestRunName} letters, digits and . _ : -");
            }
        });
        return application.Run(
            new ExampleCommand(
                "demo",
                "Send some thousand sample invitations of four tenants to a simulated mail server, and show what becomes of them.",
                "dispatcher demo",
                "dispatcher demo --keep --http-port 8080",
                "dispatcher demo --json --timeout 90 --Redis:Configuration=127.0.0.1:6379")
            {
                RunsHost = true,
                Options = { _run, _timeout, _keep, _smtpPort, _httpPort, _samples },
            },
            RunAsync);
    }

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        var samples = context.Value(_samples)?.FullName ?? Path.Combine(AppContext.BaseDirectory, "samples");
        if (!File.Exists(Path.Combine(samples, "invitations.csv")))
        {
            throw new UsageException($"{samples} holds no invitations.csv.");
        }

        // 1. The mail server, the name server and the worker.
        await using var server = new SmtpSimulator(new SmtpSimulatorOptions { Port = context.Value(_smtpPort) }, context.Environment.Time);
        await server.StartAsync();
        await using var dns = new DnsSimulator(DemoDns.Create(), context.Environment.Time);
        await dns.StartAsync();
        var settings = context.Settings.With(DemoSettings.Of(samples, server.Port, dns.Endpoint.ToString(), context.Value(_httpPort)));
        await using var host = WorkerHost.Build(context.Environment, settings);
        await WorkerStart.StartAsync(host, cancellationToken);
        var url = host.Urls.First();
        context.Output.ErrorLine($"Mail server on port {server.Port}, HTTP on {url}");

        // 2. The invitations, and what becomes of them. The host listens to Ctrl-C and SIGTERM.
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, host.Lifetime.ApplicationStopping);
        var keep = context.Value(_keep);
        bool done;
        try
        {
            done = await WatchAsync(context, host, samples, keep ? url : null, stopping.Token);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            context.Output.ErrorLine("Stopped before the end.");
            await host.StopAsync(CancellationToken.None);
            return ExitCode.No;
        }

        // 3. The end: what is on the wire is finished first.
        if (keep)
        {
            context.Output.ErrorLine("Still running; Ctrl-C ends it.");
            await host.WaitForShutdownAsync(cancellationToken);
        }
        else
        {
            await host.StopAsync(cancellationToken);
        }

        return done ? ExitCode.Fine : ExitCode.No;
    }

    private async Task<bool> WatchAsync(
        CommandContext context, WebApplication host, string samples, string? url, CancellationToken cancellationToken)
    {
        var name = context.Value(_run) ?? RunName(context.Environment.Time);
        var run = await DemoEnqueue.RunAsync(host.Services, context.Output, samples, name, cancellationToken);
        var watch = new DemoWatch(context.Output, run, context.Environment.Time);
        var done = await watch.UntilDoneAsync(TimeSpan.FromSeconds(context.Value(_timeout)), cancellationToken);
        DemoReport.Write(context.Output, run, name, watch.Elapsed, url);
        return done;
    }

    /// <summary>Seconds since 1970 in base 36: short, and later runs sort behind earlier ones.</summary>
    private static string RunName(TimeProvider time)
    {
        const string Digits = "0123456789abcdefghijklmnopqrstuvwxyz";
        var name = "";
        for (var left = time.GetUtcNow().ToUnixTimeSeconds(); left > 0; left /= 36)
        {
            name = Digits[(int)(left % 36)].ToString(CultureInfo.InvariantCulture) + name;
        }

        return "r" + name;
    }
}
