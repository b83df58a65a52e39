namespace Dispatcher.Core.Pipeline;

public static class LaneExtensions
{
    /// <summary>Claims a fair batch in which all tenants that wait are served, as far as it reaches.</summary>
    public static Task<ClaimAnswer> ClaimAsync(this ILane lane, long call, int most, CancellationToken cancellationToken) =>
        lane.ClaimAsync(call, most, most, cancellationToken);
}
