namespace Dispatcher.LoadTests.Statistics;

/// <summary>Percentiles of a set of values, exact: the smallest value that at least that share of the values does not exceed.</summary>
internal sealed class Percentiles
{
    private readonly double[] _sorted;

    public Percentiles(IEnumerable<double> values)
    {
        _sorted = [.. values];
        Array.Sort(_sorted);
    }

    public int Count => _sorted.Length;

    public double Largest => _sorted.Length == 0 ? double.NaN : _sorted[^1];

    /// <param name="share">0 to 1.</param>
    /// <returns>NaN: there are no values.</returns>
    public double At(double share)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(share);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(share, 1);
        return _sorted.Length == 0 ? double.NaN : _sorted[Math.Max(0, (int)Math.Ceiling(share * _sorted.Length) - 1)];
    }
}
