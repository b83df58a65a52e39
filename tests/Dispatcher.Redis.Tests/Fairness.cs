namespace Dispatcher.Redis.Tests;

internal static class Fairness
{
    /// <summary>Jain's index: 1 when all have the same, 1/n when one has all.</summary>
    public static double Jain(IReadOnlyCollection<double> shares) => Math.Pow(shares.Sum(), 2) / (shares.Count * shares.Sum(s => s * s));
}
