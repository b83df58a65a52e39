using System.Threading.Tasks.Sources;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Connections;

/// <summary>One message on its way through a pool: waiting, taken by a connection, past its final dot, done.</summary>
/// <remarks>
/// Each taking has a number of its own (a ticket): a connection that has lost the message, because it was abandoned or given to another
/// connection meanwhile, can neither finish nor answer it. So a message has one dot at most in the air, and one outcome.
/// </remarks>
internal sealed class PendingDelivery : IValueTaskSource<DeliveryOutcome>
{
    private const int PhaseBits = 2;
    private const int PhaseMask = 3;
    private const int Waiting = 0;
    private const int Taken = 1;
    private const int Finishing = 2;
    private const int Done = 3;
    private const int MostReturns = 3;

    private readonly SmtpConnectionPool _pool;
    private readonly Envelope _envelope;
    private ManualResetValueTaskSourceCore<DeliveryOutcome> _result;
    private CancellationTokenRegistration _abandon;
    private SmtpConnection? _connection; // the one that took it last
    private int _state; // ticket and phase
    private int _returns;

    public PendingDelivery(SmtpConnectionPool pool, in Envelope envelope, ISendPermit permit)
    {
        _pool = pool;
        _envelope = envelope;
        Permit = permit;
    }

    public ref readonly Envelope Envelope => ref _envelope;

    public ISendPermit Permit { get; }

    /// <summary>The next one in the pool's queue; under the pool's gate.</summary>
    public PendingDelivery? Next { get; set; }

    /// <summary>False once it came back from a connection: its next one must have nothing else to do.</summary>
    public bool MayBePaired => _returns == 0;

    public bool IsDone => (Volatile.Read(ref _state) & PhaseMask) == Done;

    public ValueTask<DeliveryOutcome> Outcome => new(this, _result.Version);

    /// <summary>Begins to listen for the caller's wish to stop. Before anything else is done with it.</summary>
    public void Watch(CancellationToken abandonWork) =>
        _abandon = abandonWork.UnsafeRegister(static self => ((PendingDelivery)self!).Abandon(), this);

    /// <summary>A connection takes it from the queue. False: it was abandoned.</summary>
    public bool TryTake(SmtpConnection connection, out int ticket)
    {
        var state = Volatile.Read(ref _state);
        ticket = (state >> PhaseBits) + 1;
        if ((state & PhaseMask) != Waiting)
        {
            return false;
        }

        Volatile.Write(ref _connection, connection);
        return Interlocked.CompareExchange(ref _state, (ticket << PhaseBits) | Taken, state) == state;
    }

    /// <summary>Back to the queue: nothing but its envelope was said. False: it is no longer that connection's, or came back too often.</summary>
    public bool TryReturn(int ticket)
    {
        if (_returns >= MostReturns || !TryMove(ticket, Taken, Waiting))
        {
            return false;
        }

        _returns++;
        return true;
    }

    /// <summary>The last step before the final dot: from here on, stopping makes the outcome uncertain. False: not a byte of the dot may go out.</summary>
    public bool TryFinish(int ticket) => TryMove(ticket, Taken, Finishing);

    /// <summary>Answers the caller, whose continuation runs inside unless it said otherwise. False: it was not that connection's to answer.</summary>
    public bool TryComplete(int ticket, in DeliveryOutcome outcome)
    {
        if (!TryMove(ticket, Taken, Done) && !TryMove(ticket, Finishing, Done))
        {
            return false;
        }

        End();
        _result.SetResult(outcome);
        return true;
    }

    /// <summary>A bug of ours on the way: the caller gets the exception.</summary>
    public void Fail(int ticket, Exception bug)
    {
        if (TryMove(ticket, Taken, Done) || TryMove(ticket, Finishing, Done))
        {
            End();
            _result.RunContinuationsAsynchronously = true;
            _result.SetException(bug);
        }
    }

    /// <summary>Answers it while it waits. False: it does not wait any more.</summary>
    public bool TryAnswer(in DeliveryOutcome outcome)
    {
        var state = Volatile.Read(ref _state);
        if ((state & PhaseMask) != Waiting || Interlocked.CompareExchange(ref _state, state | Done, state) != state)
        {
            return false;
        }

        End();
        _result.RunContinuationsAsynchronously = true;
        _result.SetResult(outcome);
        return true;
    }

    public DeliveryOutcome GetResult(short token) => _result.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _result.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _result.OnCompleted(continuation, state, token, flags);

    private void Abandon()
    {
        while (true)
        {
            var state = Volatile.Read(ref _state);
            var phase = state & PhaseMask;
            if (phase == Done)
            {
                return;
            }

            // Past the dot the connection says how it ended; before it, this is the end.
            if (phase == Finishing || Interlocked.CompareExchange(ref _state, state | Done, state) == state)
            {
                Stop(phase);
                return;
            }
        }
    }

    private void Stop(int phase)
    {
        if (phase != Finishing)
        {
            _pool.Ended();
            _result.RunContinuationsAsynchronously = true;
            _result.SetResult(Outcomes.Interrupted(phase == Waiting ? "stopped while waiting for a connection" : "stopped before the final dot"));
        }

        if (phase != Waiting)
        {
            Volatile.Read(ref _connection)!.AbandonIfCurrent(this);
        }
    }

    private void End()
    {
        _abandon.Unregister();
        _pool.Ended();
    }

    private bool TryMove(int ticket, int from, int to)
    {
        var expected = (ticket << PhaseBits) | from;
        return Interlocked.CompareExchange(ref _state, (ticket << PhaseBits) | to, expected) == expected;
    }
}
