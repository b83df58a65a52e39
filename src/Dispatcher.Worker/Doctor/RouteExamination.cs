using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Doctor;

/// <summary>The ways that mail leaves by, and what is wrong with them.</summary>
/// <param name="Relays">Those that were tried.</param>
internal sealed record RouteExamination(IReadOnlyList<RelayFacts> Relays, IReadOnlyList<Finding> Findings)
{
    public static RouteExamination Nothing { get; } = new([], []);
}
