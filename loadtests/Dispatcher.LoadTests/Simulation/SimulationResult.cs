using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Simulation;

/// <summary>Waits from due to start, in seconds.</summary>
internal sealed class SimulationResult
{
    private readonly List<double> _hog = [];
    private readonly List<double> _others = [];

    public long Arrived { get; set; }

    public long Served { get; set; }

    public long Unserved { get; set; }

    public Percentiles Hog => new(_hog);

    public Percentiles Others => new(_others);

    public void Add(Waiting waiting, double start) => (waiting.Flow == FairnessSimulation.Hog ? _hog : _others).Add(start - waiting.Due);
}
