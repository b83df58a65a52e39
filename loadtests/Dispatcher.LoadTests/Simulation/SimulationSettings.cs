namespace Dispatcher.LoadTests.Simulation;

/// <summary>One tenant with most of a saturated load, and many others.</summary>
internal sealed record SimulationSettings
{
    /// <summary>Invitations that arrive during the run, about.</summary>
    public required int Invitations { get; init; }

    /// <summary>Tenants beside the big one.</summary>
    public required int Others { get; init; }

    public required int Seed { get; init; }

    /// <summary>Invitations a second that the worker serves; also what arrives in all.</summary>
    public double Rate { get; init; } = 10_000;

    /// <summary>The big tenant's share of what arrives.</summary>
    public double HogShare { get; init; } = 0.9;

    /// <summary>False: the others alone, with the same arrivals.</summary>
    public bool WithHog { get; init; } = true;

    /// <summary>What the big tenant has waiting at the beginning.</summary>
    public int HogBacklog { get; init; }

    /// <summary>How uneven the others are among each other.</summary>
    public double ZipfExponent { get; init; } = 1;

    public double Seconds => Invitations / Rate;
}
