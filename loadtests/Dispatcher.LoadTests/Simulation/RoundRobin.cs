namespace Dispatcher.LoadTests.Simulation;

/// <summary>One entry of each flow in turn; knows no weights.</summary>
internal sealed class RoundRobin(int flows) : IFlowQueue
{
    private readonly Queue<double>?[] _queues = new Queue<double>?[flows];
    private readonly Queue<int> _turn = [];

    public string Name => "round-robin";

    public int Count { get; private set; }

    public void Add(Waiting waiting)
    {
        var queue = _queues[waiting.Flow] ??= [];
        if (queue.Count == 0)
        {
            _turn.Enqueue(waiting.Flow);
        }

        queue.Enqueue(waiting.Due);
        Count++;
    }

    public void Take(int room, List<Waiting> taken)
    {
        while (room-- > 0 && _turn.TryDequeue(out var flow))
        {
            var queue = _queues[flow]!;
            taken.Add(new Waiting(flow, queue.Dequeue()));
            Count--;
            if (queue.Count > 0)
            {
                _turn.Enqueue(flow);
            }
        }
    }
}
