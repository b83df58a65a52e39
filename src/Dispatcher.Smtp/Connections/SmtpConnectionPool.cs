using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Wire;
using Microsoft.Extensions.Logging;

namespace Dispatcher.Smtp.Connections;

/// <summary>
/// The connections to one endpoint, and the messages that wait for one. A message goes to the idle connection that was used last, or else
/// waits for the first that is free; a connection is opened only when there are more messages than those open have places for. A
/// connection has one place, and a second one once it has shown that it is quick: there a message's envelope is said behind the content of
/// the one before.
/// </summary>
/// <remarks>
/// Safe for concurrent calls; one pool an endpoint. Two timers: one closes what nobody used for the idle time; the other looks, each second
/// while messages wait, for connections whose server has become slow, and takes from them what was said behind a message that is stuck.
/// The queue is bounded by the callers: each waits for its message.
/// </remarks>
internal sealed partial class SmtpConnectionPool : IAsyncDisposable
{
    /// <summary>A server that takes longer for the reply to a final dot is not paired.</summary>
    public static readonly TimeSpan Slow = TimeSpan.FromSeconds(1);

    /// <summary>How long a server may take for the first reply to an envelope that was said behind a message. There are servers that announce
    /// PIPELINING and throw away what comes together with a final dot; they would never answer.</summary>
    public static readonly TimeSpan PairedPatience = TimeSpan.FromSeconds(10);

    /// <summary>Messages after which an only connection is given up where others wait for one.</summary>
    private const int LongTurn = 20;

    private readonly IConnector _connector;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConnectionBudget? _budget;
    private readonly EndpointCircuit _circuit;
    private readonly CancellationTokenSource _stop = new();
    private readonly ITimer _sweeper;
    private readonly ITimer _watch;
    private readonly Lock _gate = new();

    // All below under _gate, but _load.
    private readonly HashSet<SmtpConnection> _connections = []; // open ones, until their server's side is closed too: it counts them so long
    private readonly List<SmtpConnection> _idle = []; // of those; the one used last is at the end
    private readonly DeliveryQueue _waiting = new();
    private int _places; // sum over _connections
    private int _opening;
    private IReadOnlyCollection<ConnectionBudget> _awaited = []; // the hosts that would do, at which it stands in line
    private List<ConnectionBudget> _offered = []; // hosts that had room again, until it is known who uses that
    private long _openNoMoreUntil;
    private bool _watching;
    private bool _unreachable;
    private bool _disposed;
    private int _held; // of the budget: connections open, being opened or being closed
    private PoolLimits _limits;
    private int _load; // messages whose caller waits
    private volatile bool _pairsNoMore;

    /// <param name="budget">What it shares with other pools; null: nothing.</param>
    public SmtpConnectionPool(IConnector connector, PoolLimits limits, TimeProvider time, ILogger logger, ConnectionBudget? budget = null)
    {
        _limits = limits;
        _budget = budget;
        _budget?.Join(this);
        _connector = connector;
        _time = time;
        _logger = logger;
        _circuit = new EndpointCircuit(time);
        _sweeper = time.CreateTimer(static pool => ((SmtpConnectionPool)pool!).Sweep(), this, limits.IdleTime, limits.IdleTime);
        _watch = time.CreateTimer(static pool => ((SmtpConnectionPool)pool!).Watch(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>May be changed at any time; connections that are open keep how they speak.</summary>
    public PoolLimits Limits
    {
        get => Volatile.Read(ref _limits);
        set => Volatile.Write(ref _limits, value);
    }

    /// <summary>False: it knocks at nobody's door now, as nobody answered; messages would be deferred at once.</summary>
    public bool MayOpen => _circuit.IsClosed || _circuit.MayProbe;

    /// <summary>Messages whose caller waits.</summary>
    public int Load => Volatile.Read(ref _load);

    /// <summary>No connection is open or being opened. A hint when read without the gate, as is the next.</summary>
    public bool HasNothing => Volatile.Read(ref _held) == 0;

    /// <summary>It wants more connections, and the hosts that would do have as many as they may.</summary>
    public bool AwaitsHost => Volatile.Read(ref _awaited).Count > 0;

    public long Now => _time.GetTimestamp();

    /// <summary>False once this endpoint did not hear what was said behind a message.</summary>
    public bool MayPair => !_pairsNoMore;

    public bool IsSlow(long since) => _time.GetElapsedTime(since) > Slow;

    /// <summary>Sends one message. The caller's continuation may run on a connection's loop, which stands still until it returns.</summary>
    public ValueTask<DeliveryOutcome> SendAsync(in Envelope envelope, ISendPermit permit, CancellationToken abandonWork)
    {
        var delivery = new PendingDelivery(this, envelope, permit);
        var outcome = delivery.Outcome;
        Interlocked.Increment(ref _load);
        delivery.Watch(abandonWork);
        Place(delivery, first: false);
        return outcome;
    }

    /// <summary>An envelope said behind a message was not answered: it is not done again here.</summary>
    public void StopPairing()
    {
        if (!_pairsNoMore)
        {
            _pairsNoMore = true;
            LogStopPairing(_connector.Endpoint);
        }
    }

    /// <summary>A message has its outcome.</summary>
    public void Ended() => Interlocked.Decrement(ref _load);

    /// <summary>A message for a connection that has none; none, when none waits: it is put aside then. False: it is to end.</summary>
    public bool TryTake(SmtpConnection connection, out Assignment taken)
    {
        while (true)
        {
            lock (_gate)
            {
                if (_disposed || IsWorn(connection))
                {
                    taken = default;
                    SetPlaces_NeedsLock(connection, 0);
                    return false;
                }

                if (!_waiting.TryTake(connection, behind: false, out taken))
                {
                    if (IsWanted(connection))
                    {
                        SetPlaces_NeedsLock(connection, 0);
                        return false;
                    }

                    connection.IdleSince = Now;
                    _idle.Add(connection);
                    return true;
                }
            }

            if (IsSendable(connection, taken))
            {
                return true;
            }
        }
    }

    /// <summary>A message whose envelope is to be said behind another's content.</summary>
    public bool TryTakeBehind(SmtpConnection connection, out Assignment taken)
    {
        while (true)
        {
            lock (_gate)
            {
                taken = default;
                if (_disposed || IsWorn(connection) || !_waiting.TryTake(connection, behind: true, out taken))
                {
                    return false;
                }

                Watch_NeedsLock();
            }

            if (IsSendable(connection, taken))
            {
                return true;
            }
        }
    }

    /// <summary>Takes back a message of which nothing but the envelope was said. False: it has come back too often, or is over.</summary>
    public bool TryReturn(Assignment assignment)
    {
        if (!assignment.Delivery!.TryReturn(assignment.Ticket))
        {
            return false;
        }

        LogReturned(_connector.Endpoint);
        Place(assignment.Delivery, first: true);
        return true;
    }

    /// <summary>How many messages a connection is good for.</summary>
    public void SetPlaces(SmtpConnection connection, int places)
    {
        if (connection.Places != places)
        {
            lock (_gate)
            {
                SetPlaces_NeedsLock(connection, places);
            }
        }
    }

    /// <summary>Gives a message to an idle connection, or puts it into the queue and opens what is needed.</summary>
    private void Place(PendingDelivery delivery, bool first)
    {
        SmtpConnection? idle;
        var taken = default(Assignment);
        lock (_gate)
        {
            idle = delivery.IsDone || _disposed ? null : TakeIdle_NeedsLock();
            if (idle is not null && delivery.TryTake(idle, out var ticket))
            {
                taken = new Assignment(delivery, ticket);
            }
            else if (idle is null && !delivery.IsDone && !_disposed)
            {
                Enqueue_NeedsLock(delivery, first);
            }
        }

        if (idle is null)
        {
            OpenWhatIsNeeded();
            if (_disposed)
            {
                delivery.TryAnswer(Outcomes.Interrupted("stopped while waiting for a connection"));
            }
        }
        else if (!taken.IsNone && IsSendable(idle, taken))
        {
            idle.Give(taken);
        }
        else
        {
            Rest(idle);
        }
    }

    /// <summary>Puts a resting connection aside again, unless something waits by now.</summary>
    private void Rest(SmtpConnection connection)
    {
        while (true)
        {
            var taken = default(Assignment);
            lock (_gate)
            {
                if (!_disposed && !_waiting.TryTake(connection, behind: false, out taken) && !IsWanted(connection))
                {
                    _idle.Add(connection);
                    return;
                }

                if (taken.IsNone)
                {
                    SetPlaces_NeedsLock(connection, 0);
                }
            }

            if (taken.IsNone || IsSendable(connection, taken))
            {
                connection.Give(taken);
                return;
            }
        }
    }

    private static bool IsSendable(SmtpConnection connection, Assignment taken)
    {
        if (connection.Unsendable(taken.Delivery!.Envelope) is not { } refusal)
        {
            return true;
        }

        taken.TryComplete(refusal);
        return false;
    }

    /// <summary>Somebody who has nothing waits for its room.</summary>
    private bool IsWanted(SmtpConnection connection) => _budget?.IsShort == true || connection.Host?.IsShort == true;

    private bool IsWorn(SmtpConnection connection) =>
        connection.Messages >= Limits.MessagesPerConnection || _time.GetElapsedTime(connection.OpenedAt) >= Limits.MaxAge
        || MustYield(connection, _budget) || MustYield(connection, connection.Host);

    /// <summary>Others have nothing while this pool has several connections, or has used its only one for long enough.</summary>
    private bool MustYield(SmtpConnection connection, ConnectionBudget? budget) => budget is not null
        && (budget.IsOver || (budget.IsShort && connection.Messages > 0 && (_connections.Count > 1 || connection.Messages >= LongTurn)));

    private void Enqueue_NeedsLock(PendingDelivery delivery, bool first)
    {
        if (first)
        {
            _waiting.AddFirst(delivery);
        }
        else
        {
            _waiting.AddLast(delivery);
        }
    }

    private SmtpConnection? TakeIdle_NeedsLock()
    {
        while (_idle.Count > 0)
        {
            var connection = _idle[^1];
            _idle.RemoveAt(_idle.Count - 1);
            if (!_disposed && connection.IsHealthy && !IsWorn(connection))
            {
                return connection;
            }

            SetPlaces_NeedsLock(connection, 0);
            connection.Give(default);
        }

        return null;
    }

    private void SetPlaces_NeedsLock(SmtpConnection connection, int places)
    {
        if (_connections.Contains(connection))
        {
            _places += places - connection.Places;
            connection.Places = places;
        }
    }
}
