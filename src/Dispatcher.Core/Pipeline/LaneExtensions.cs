namespace Dispatcher.Core.Pipeline;

public static class LaneExtensions
{
    /// <summary>Claims a fair batch in which all tenants that wait are served, as far as it reaches.</summary>
    public static Task<ClaimAnswer> ClaimAsync(this ILane lane, long call, int most, CancellationToken cancellationToken) =>
        lane.ClaimAsync(call, most, most, cancellationToken);

    /// <summary>Hands back what was claimed and is not known here, however much that is: in calls of a millisecond of Redis' time or so.</summary>
    internal static async Task GiveBackAsync(this ILane lane, IEnumerable<string> keys, CancellationToken cancellationToken)
    {
        foreach (var some in keys.Chunk(Advancer.MostSteps))
        {
            await lane.AdvanceAsync(Array.ConvertAll(some, Step.Back), cancellationToken).ConfigureAwait(false);
        }
    }
}
