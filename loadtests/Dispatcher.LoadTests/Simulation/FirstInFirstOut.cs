namespace Dispatcher.LoadTests.Simulation;

/// <summary>One queue for all: what most job queues do.</summary>
internal sealed class FirstInFirstOut : IFlowQueue
{
    private readonly Queue<Waiting> _queue = [];

    public string Name => "FIFO";

    public int Count => _queue.Count;

    public void Add(Waiting waiting) => _queue.Enqueue(waiting);

    public void Take(int room, List<Waiting> taken)
    {
        while (room-- > 0 && _queue.TryDequeue(out var next))
        {
            taken.Add(next);
        }
    }
}
