using System.Globalization;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Records;
using Spectre.Console;

namespace Dispatcher.Worker.Demo;

/// <summary>Shows a run while it goes on, on standard error: a live table on a terminal, a line every other second elsewhere.</summary>
internal sealed class DemoWatch(CommandOutput output, DemoRun run, TimeProvider time)
{
    private static readonly TimeSpan Tick = TimeSpan.FromSeconds(1);

    private readonly long _started = time.GetTimestamp();
    private (long At, long Delivered) _last = (time.GetTimestamp(), 0);

    public TimeSpan Elapsed => time.GetElapsedTime(_started);

    /// <returns>False: time ran out before everything was done.</returns>
    public async Task<bool> UntilDoneAsync(TimeSpan timeout, CancellationToken cancellationToken)
    {
        if (output.Json || !output.ErrorIsTerminal)
        {
            return await LoopAsync(timeout, Line, cancellationToken);
        }

        var done = false;
        await output.ErrorScreen.Live(Picture()).StartAsync(async live =>
            done = await LoopAsync(timeout, _ => live.UpdateTarget(Picture()), cancellationToken));
        return done;
    }

    private async Task<bool> LoopAsync(TimeSpan timeout, Action<int> show, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(Tick, time);
        for (var tick = 0; ; tick++)
        {
            await run.RefreshAsync(cancellationToken);
            show(tick);
            if (run.Open == 0 || Elapsed >= timeout)
            {
                return run.Open == 0;
            }

            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    private void Line(int tick)
    {
        if (!output.Json && (tick % 2 == 0 || run.Open == 0))
        {
            output.ErrorLine(Summary() + "; " + string.Join(", ", run.Tenants.Select(Share)));
        }
    }

    private static string Share((string Tenant, long Done, long Total) share) =>
        string.Create(CultureInfo.InvariantCulture, $"{share.Tenant} {share.Done:N0}/{share.Total:N0}");

    private Rows Picture() => new Rows(new Markup(Markup.Escape(Summary())), StatusTables.Tenants(run.Counts()).Border(TableBorder.Rounded));

    private string Summary()
    {
        var (at, delivered) = (time.GetTimestamp(), run.Delivered);
        var seconds = time.GetElapsedTime(_last.At, at).TotalSeconds;
        var rate = seconds > 0 ? (delivered - _last.Delivered) / seconds : 0;
        _last = (at, delivered);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Elapsed.TotalSeconds,4:0} s  {delivered:N0} delivered ({rate:N0}/s), {run.Done:N0} of {run.Total:N0} done, {run.Open:N0} to go");
    }
}
