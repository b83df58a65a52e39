namespace Dispatcher.Worker.Doctor;

/// <summary>What came of looking for a key.</summary>
/// <param name="State">Whether verifiers find it.</param>
/// <param name="Faults">Why not, as phrases; empty unless it is <see cref="DkimState.Unusable"/>.</param>
/// <param name="IsTesting">The record says <c>t=y</c>.</param>
/// <param name="Records">TXT records at its name; more than one is a mistake.</param>
internal sealed record DkimAnswer(DkimState State, IReadOnlyList<string> Faults, bool IsTesting, int Records)
{
    public static DkimAnswer Of(DkimState state) => new(state, [], IsTesting: false, Records: 0);
}
