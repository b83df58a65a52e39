namespace Dispatcher.LoadTests.Statistics;

/// <summary>How even a division is (Jain, Chiu, Hawe 1984): 1 when all have the same, 1/n when one has everything.</summary>
internal static class JainIndex
{
    /// <param name="shares">What each got, divided by what it was due (its weight).</param>
    public static double Of(IReadOnlyCollection<double> shares)
    {
        var sum = shares.Sum();
        var squares = shares.Sum(s => s * s);
        return squares == 0 ? double.NaN : sum * sum / (shares.Count * squares);
    }
}
