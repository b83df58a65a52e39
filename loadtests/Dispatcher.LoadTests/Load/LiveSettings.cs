namespace Dispatcher.LoadTests.Load;

/// <param name="Rate">Served a second; as much arrives, nine tenths of it of the big tenant.</param>
/// <param name="Others">Tenants beside it.</param>
/// <param name="Seconds">Length of the run.</param>
internal sealed record LiveSettings(int Rate, int Others, int Seconds, int Seed)
{
    public const double HogShare = 0.9;
    public const double ZipfExponent = 1;
    public const string Hog = "hog";

    /// <summary>What the big tenant has waiting at the beginning; null: there is no big tenant.</summary>
    public int? HogBacklog { get; init; }
}

/// <summary>Waits in seconds, from the moment an invitation was meant to arrive to its confirmed start.</summary>
/// <param name="ProducerLate">The longest that an invitation was put in after its moment; it counts as waiting.</param>
/// <param name="Left">Unfinished at the end.</param>
internal sealed record LiveResult(
    IReadOnlyList<double> Hog, IReadOnlyList<double> Others, long PutIn, long Started, long Left, long Repeated, long Refused, double ProducerLate);
