using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Demo;

/// <summary>Brings the samples into the queue: an opt-out, the rows, and a change of mind.</summary>
internal static class DemoEnqueue
{
    /// <exception cref="UsageException">The samples can't be read, or the system is full.</exception>
    public static async Task<DemoRun> RunAsync(
        IServiceProvider services, CommandOutput output, string samples, string run, CancellationToken cancellationToken)
    {
        var store = services.GetRequiredService<IInvitationStore>();
        var time = services.GetRequiredService<TimeProvider>();

        // 1. Somebody who had unsubscribed before.
        await services.GetRequiredService<ISuppressionStore>()
            .SuppressAsync("big-store", "unsubscribed@example.com", "unsubscribed", null, cancellationToken);

        // 2. The rows.
        var path = Path.Combine(samples, "invitations.csv");
        await using var file = File.OpenRead(path);
        var source = new DemoSource(await InvitationFile.OpenAsync(file, path, FileFormat.Csv, null, time, cancellationToken), run, time);
        var report = new BadLineReport(output);
        var enqueuer = new BatchEnqueuer(store, "demo", report.Add, _ => { });
        await enqueuer.RunAsync(source, cancellationToken);
        report.Sum();
        if (enqueuer.Full || enqueuer.Counts.Bad > 0)
        {
            throw new UsageException(enqueuer.Full
                ? "The system is full: wait until it has worked off its backlog, or use another Redis."
                : $"{enqueuer.Counts.Bad} rows of the samples were refused; choose another --run.");
        }

        // 3. Somebody who changed their mind.
        foreach (var tenant in source.Later.GroupBy(item => item.Tenant, item => item.Id))
        {
            await store.CancelAsync(tenant.Key, [.. tenant], "demo", cancellationToken);
        }

        var tracked = new DemoRun(store);
        foreach (var (tenant, id) in source.All)
        {
            tracked.Add(tenant, id);
        }

        return tracked;
    }
}
