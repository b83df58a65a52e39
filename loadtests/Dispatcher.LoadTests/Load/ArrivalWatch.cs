using Dispatcher.Simulators.Smtp;

namespace Dispatcher.LoadTests.Load;

/// <summary>When messages arrived at a receiver, by the domain of the recipient, to 10 ms. Runs until it is stopped; then it may be read.</summary>
internal sealed class ArrivalWatch(SmtpSimulator receiver)
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(10);
    private readonly Dictionary<string, List<double>> _times = new(StringComparer.Ordinal);
    private readonly long _begun = TimeProvider.System.GetTimestamp();
    private int _seen;

    /// <summary>Seconds since it was made.</summary>
    public double Now => TimeProvider.System.GetElapsedTime(_begun).TotalSeconds;

    /// <summary>Seconds since this was made, ascending.</summary>
    public IReadOnlyList<double> Of(string domain) => _times.TryGetValue(domain, out var times) ? times : [];

    public async Task RunAsync(CancellationToken stop)
    {
        using var timer = new PeriodicTimer(Look);
        try
        {
            while (await timer.WaitForNextTickAsync(stop))
            {
                if (receiver.MessagesAccepted > _seen)
                {
                    Stamp(receiver.Messages, Now);
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Told to stop: what was seen stands.
        }
    }

    private void Stamp(IReadOnlyList<ReceivedMessage> messages, double now)
    {
        for (; _seen < messages.Count; _seen++)
        {
            var address = messages[_seen].EnvelopeTo;
            var domain = address[(address.IndexOf('@', StringComparison.Ordinal) + 1)..];
            if (!_times.TryGetValue(domain, out var times))
            {
                _times[domain] = times = [];
            }

            times.Add(now);
        }
    }
}
