namespace Dispatcher.LoadTests.Statistics;

/// <summary>Draws 0 to count - 1, the k-th with a probability in proportion to 1 / (k + 1) ^ exponent. Immutable.</summary>
internal sealed class Zipf
{
    private readonly double[] _cumulated;

    public Zipf(int count, double exponent)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        _cumulated = new double[count];
        var sum = 0.0;
        for (var i = 0; i < count; i++)
        {
            _cumulated[i] = sum += Math.Pow(i + 1, -exponent);
        }
    }

    public int Draw(Random random)
    {
        var found = Array.BinarySearch(_cumulated, random.NextDouble() * _cumulated[^1]);
        return Math.Min(found < 0 ? ~found : found + 1, _cumulated.Length - 1);
    }
}
