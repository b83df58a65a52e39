namespace Dispatcher.LoadTests.Simulation;

/// <param name="Flow">Number of the tenant.</param>
/// <param name="Due">Seconds of simulated time.</param>
internal readonly record struct Waiting(int Flow, double Due);

/// <summary>A discipline of service: what waits, and what a claim takes of it. Used by one loop.</summary>
internal interface IFlowQueue
{
    string Name { get; }

    int Count { get; }

    void Add(Waiting waiting);

    /// <summary>Appends at most <paramref name="room"/> to <paramref name="taken"/>.</summary>
    void Take(int room, List<Waiting> taken);
}
