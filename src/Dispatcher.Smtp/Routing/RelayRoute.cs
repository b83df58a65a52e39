using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Core.Statuses;
using Dispatcher.Smtp.Connections;
using Dispatcher.Smtp.Wire;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Smtp.Routing;

/// <summary>
/// Relays that share a route's mail by weight. A relay that does not answer is left out while its circuit is open; a message that finds
/// that out goes to the next one at once.
/// </summary>
/// <remarks>What goes wrong here is about our relays, and no recipient's domain is remembered for it.</remarks>
internal sealed class RelayRoute : IRoute
{
    private readonly SmtpConnectionPool[] _pools;
    private readonly int[] _weights;
    private readonly Func<int, int> _random;

    /// <param name="random">Returns 0 to less than its argument; called from any thread.</param>
    public RelayRoute(
        RouteSettings settings, SmtpOptions common, ConnectionBudget all, TimeProvider time, ILogger logger, Func<int, int> random)
    {
        Settings = settings;
        _random = random;
        var most = settings.Connections ?? common.Connections;
        var budget = new ConnectionBudget(() => most, all);
        _weights = [.. settings.Relay!.Endpoints.Select(endpoint => endpoint.Weight)];
        _pools = [.. settings.Relay.Endpoints.Select(endpoint =>
        {
            var options = RouteOptions.OfRelay(common, settings, endpoint);
            return new SmtpConnectionPool(new SmtpConnector(options, time, settings.Name), PoolLimits.Of(options), time, logger, budget);
        })];
    }

    public RouteSettings Settings { get; }

    public async ValueTask<DeliveryOutcome> SendAsync(Envelope envelope, OutgoingEmail message, CancellationToken abandonWork)
    {
        var tried = 0L; // one bit for each of the first 64
        while (true)
        {
            var index = Pick(tried);
            tried |= 1L << index;
            var outcome = await _pools[index].SendAsync(envelope, message.Permit, abandonWork).ConfigureAwait(false);
            var others = _pools.Length > 1 && outcome.NoConnection && !abandonWork.IsCancellationRequested;
            if (!others || Pick(tried) < 0)
            {
                // Should it last, it is not the recipient's server that is to blame.
                return outcome.NoConnection ? outcome with { Status = Status.InternalError } : outcome;
            }
        }
    }

    public DestinationWait? Ask(string recipientDomain) => null;

    public void Use(ShapingTable shaping)
    {
        // A relay's limits are its own.
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var pool in _pools)
        {
            await pool.DisposeAsync().ConfigureAwait(false);
        }
    }

    /// <summary>One that answers, by weight; then one of weight 0; at the first try also one that does not answer. -1: none is left.</summary>
    private int Pick(long tried)
    {
        if (_pools.Length == 1)
        {
            return tried == 0 ? 0 : -1;
        }

        return PickOf(tried, answering: true) is var index and >= 0 ? index
            : tried == 0 ? PickOf(0, answering: false)
            : -1;
    }

    private int PickOf(long tried, bool answering)
    {
        var sum = 0;
        for (var index = 0; index < _pools.Length; index++)
        {
            sum += IsOpen(index, tried, answering) ? _weights[index] : 0;
        }

        var point = sum > 0 ? _random(sum) : 0;
        for (var index = 0; index < _pools.Length; index++)
        {
            if (!IsOpen(index, tried, answering) || (sum > 0 && _weights[index] == 0))
            {
                continue;
            }

            point -= _weights[index];
            if (point < 0 || sum == 0)
            {
                return index;
            }
        }

        return -1;
    }

    private bool IsOpen(int index, long tried, bool answering) =>
        (tried & (1L << index)) == 0 && (!answering || _pools[index].MayOpen);
}
