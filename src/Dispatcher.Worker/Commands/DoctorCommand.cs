using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Doctor;

namespace Dispatcher.Worker.Commands;

/// <summary><c>dispatcher doctor</c>: what is wrong with the queue, and what to do about it.</summary>
internal sealed class DoctorCommand
{
    private readonly Option<bool> _repair = new("--repair") { Description = "First compare places and counters with the records, and put right what is wrong." };

    private readonly Option<string?> _tenant = new("--tenant") { Description = "Instead examine the domains under which this tenant's mail goes out.", HelpName = "TENANT" };

    public Command Create(CliApplication application) => application.Run(
        new ExampleCommand(
            "doctor",
            "Examine Redis, the queue, our SPF, the keys that sign and the ways that mail leaves by: what is there, what is wrong, and what to do about it.",
            "dispatcher doctor",
            "dispatcher doctor --repair",
            "dispatcher doctor --tenant acme",
            "dispatcher doctor --json | jq 'select(.kind == \"finding\")'")
        {
            Remarks =
            [
                "Looks at every record, in small steps that let workers go on; at millions of records that takes minutes. Without --repair\n"
                    + "nothing is changed. Exit code 0: nothing is wrong; findings of severity info may still be listed. 1: something is. 3: Redis\n"
                    + "can't be reached.",
                "Relays (of Smtp:RoutesFile, or Smtp:Host where it is set) are connected to as a worker would, login included, at most 10 s each; no mail is\n"
                    + "sent. Of direct routes: whether DNS answers, whether the source addresses are this machine's, and what our names lead to. Ask where\n"
                    + "workers run: addresses, networks and files are those of this machine.",
                "Of each key that signs (Smtp:Dkim:Path): whether DNS publishes it in such a way that verifiers use it. At most 30 s for all.",
                "With --tenant: SPF, DKIM, DMARC, MX and null MX of the tenant's sender, bounce and reply-to domains, whether receivers will take our\n"
                    + "mail for the sender's, and what to publish. Exit code 3: Redis or DNS does not answer.",
            ],
            Options = { _repair, _tenant },
        },
        RunAsync);

    private async Task<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Value(_tenant) is { } tenant)
        {
            return context.Value(_repair)
                ? throw new UsageException("--repair is about the queue; leave it out with --tenant.")
                : await SenderDoctor.RunAsync(context, tenant, cancellationToken);
        }

        var doctor = context.Service<IQueueDoctor>();
        if (context.Value(_repair))
        {
            var report = await WalkAsync(context, "Repair", progress => doctor.RepairAsync(progress, cancellationToken));
            if (context.Output.Json)
            {
                context.Output.WriteJson(DoctorView.Of(report));
            }
            else
            {
                DoctorTables.Write(context.Output, report);
            }
        }

        var seen = await WalkAsync(context, "Examine", progress => doctor.ExamineAsync(progress, cancellationToken));
        var spf = await SpfFindings.FindAsync(context, cancellationToken);
        var dkim = await DkimExaminer.FindAsync(context, cancellationToken);
        var routes = await RouteExaminer.ExamineAsync(context, cancellationToken);
        seen = seen with { Findings = [.. seen.Findings.Concat(spf).Concat(dkim).Concat(routes.Findings).OrderByDescending(finding => finding.Severity)] };
        if (!context.Output.Json)
        {
            DoctorTables.Write(context.Output, seen, routes.Relays);
        }

        foreach (var line in context.Output.Json ? DoctorView.Of(seen, routes.Relays) : [])
        {
            context.Output.WriteJson(line);
        }

        return seen.Findings.Any(f => f.Severity >= FindingSeverity.Warning) ? ExitCode.No : ExitCode.Fine;
    }

    private static async Task<T> WalkAsync<T>(CommandContext context, string title, Func<IProgress<WalkProgress>, ValueTask<T>> walk)
    {
        T? result = default;
        await CommandProgress.ShowAsync(context.Output, context.Environment.Time, title, total: 1, async show =>
            result = await walk(new Teller<WalkProgress>(progress => show(progress.Share, $"{title}: {Cell.Of(progress.Looked)} keys"))));
        return result!;
    }
}
