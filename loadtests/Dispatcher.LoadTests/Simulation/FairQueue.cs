namespace Dispatcher.LoadTests.Simulation;

/// <summary>
/// Start-time fair queueing as the claim does it. A visit serves the flow with the least start tag; the flow's next tag is its tag +
/// entries / weight. Virtual time is the tag of the last entry taken, or the least tag that still waits, whichever is earlier. Who rests keeps its finish tag, so that resting earns nothing; who is new, or
/// rested until virtual time had passed its finish, starts at virtual time.
/// </summary>
/// <param name="round">Entries that all who wait get in turn; what is less than one take: as much as that.</param>
internal sealed class FairQueue(IReadOnlyList<double> weights, int round = 0) : IFlowQueue
{
    private const int LongestVisit = 64;

    private readonly Queue<double>?[] _queues = new Queue<double>?[weights.Count];
    private readonly double[] _finish = new double[weights.Count];
    private readonly PriorityQueue<int, (double Start, int Flow)> _ready = new();
    private double _virtualTime;

    public string Name => "fair";

    public int Count { get; private set; }

    public void Add(Waiting waiting)
    {
        var queue = _queues[waiting.Flow] ??= [];
        if (queue.Count == 0)
        {
            _ready.Enqueue(waiting.Flow, (Math.Max(_virtualTime, _finish[waiting.Flow]), waiting.Flow));
        }

        queue.Enqueue(waiting.Due);
        Count++;
    }

    public void Take(int room, List<Waiting> taken)
    {
        var most = room;
        var served = _virtualTime;
        while (room > 0 && _ready.TryPeek(out var flow, out var place))
        {
            var fairPart = Math.Max(1, (int)Math.Ceiling((double)Math.Max(most, round) / _ready.Count));
            var queue = _queues[flow]!;
            var visit = Math.Min(queue.Count, Math.Min(room, Math.Min(LongestVisit, fairPart)));
            for (var i = 0; i < visit; i++)
            {
                taken.Add(new Waiting(flow, queue.Dequeue()));
            }

            room -= visit;
            Count -= visit;
            served = Math.Max(served, place.Start + ((visit - 1) / weights[flow]));
            _finish[flow] = place.Start + (visit / weights[flow]);
            _ready.Dequeue();
            if (queue.Count > 0)
            {
                _ready.Enqueue(flow, (_finish[flow], flow));
            }
        }

        _virtualTime = Math.Max(_virtualTime, _ready.TryPeek(out _, out var waits) ? Math.Min(served, waits.Start) : served);
    }
}
