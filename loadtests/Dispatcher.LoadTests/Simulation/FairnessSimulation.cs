using Dispatcher.LoadTests.Statistics;

namespace Dispatcher.LoadTests.Simulation;

/// <summary>
/// The worker's claims in simulated time: arrivals are Poisson; the worker serves at a fixed rate, keeps 100 ms of work ahead, and claims
/// when a quarter of that is free, at most 128 at a time. The same settings give the same result, bit by bit.
/// </summary>
internal static class FairnessSimulation
{
    private const double Tick = 0.001; // a claim's round trip
    private const double Prefetch = 0.1;
    private const int MostPerClaim = 128;

    /// <summary>Entries of a round at a rate: what the worker keeps ahead.</summary>
    public static int RoundAt(double rate) => (int)(rate * Prefetch);

    /// <summary>The big tenant's flow; the others are 1 and up.</summary>
    public const int Hog = 0;

    public static SimulationResult Run(IFlowQueue queue, SimulationSettings settings)
    {
        // Sources of their own, so that the others' arrivals are the same with and without the big tenant.
        var hog = new PoissonArrivals(settings.WithHog ? settings.Rate * settings.HogShare : 0, new Random(settings.Seed));
        var choice = new Random(settings.Seed + 1);
        var others = new PoissonArrivals(settings.Rate * (1 - settings.HogShare), new Random(settings.Seed + 2));
        var zipf = new Zipf(settings.Others, settings.ZipfExponent);

        var result = new SimulationResult();
        var taken = new List<Waiting>(MostPerClaim);
        var capacity = settings.Rate * Prefetch;
        var free = 0.0; // when the server has finished what was claimed
        for (var i = 0; settings.WithHog && i < settings.HogBacklog; i++)
        {
            queue.Add(new Waiting(Hog, 0));
        }

        result.Arrived = queue.Count;
        var ticks = (long)Math.Ceiling(settings.Seconds / Tick);
        for (var tick = 1L; tick <= ticks; tick++)
        {
            var now = tick * Tick;
            for (; hog.Next <= now; hog.Advance())
            {
                Arrive(new Waiting(Hog, hog.Next));
            }

            for (; others.Next <= now; others.Advance())
            {
                Arrive(new Waiting(1 + zipf.Draw(choice), others.Next));
            }

            var room = Math.Min((int)(capacity - (Math.Max(0, free - now) * settings.Rate)), MostPerClaim);
            if (room >= Math.Min(MostPerClaim, capacity / 4))
            {
                queue.Take(room, taken);
                Serve(now);
            }
        }

        // What still waits has waited at least so long; leaving it out would flatter who is never served.
        queue.Take(int.MaxValue, taken);
        result.Unserved = taken.Count;
        taken.ForEach(w => result.Add(w, ticks * Tick));
        return result;

        void Arrive(Waiting waiting)
        {
            queue.Add(waiting);
            result.Arrived++;
        }

        void Serve(double now)
        {
            foreach (var waiting in taken)
            {
                var start = Math.Max(now, free);
                free = start + (1 / settings.Rate);
                result.Add(waiting, start);
                result.Served++;
            }

            taken.Clear();
        }
    }

    /// <summary>Jain's index of service by weight while every flow has work, after <paramref name="services"/> services.</summary>
    public static double EvennessByWeight(IFlowQueue queue, IReadOnlyList<double> weights, int services)
    {
        var served = new double[weights.Count];
        var taken = new List<Waiting>(MostPerClaim);
        for (var flow = 0; flow < weights.Count; flow++)
        {
            for (var i = 0; i < MostPerClaim; i++)
            {
                queue.Add(new Waiting(flow, 0));
            }
        }

        for (var done = 0; done < services; done += taken.Count)
        {
            taken.Clear();
            queue.Take(MostPerClaim, taken);
            foreach (var waiting in taken)
            {
                served[waiting.Flow]++;
                queue.Add(waiting); // its place in the backlog is filled again
            }
        }

        return JainIndex.Of([.. served.Select((s, flow) => s / weights[flow])]);
    }
}
