using System.Globalization;

namespace Dispatcher.LoadTests.Results;

/// <summary>What a figure is meant to be: a bound, or a band.</summary>
internal sealed record Target(double? Least, double? Most)
{
    public static Target AtLeast(double bound) => new(bound, null);

    public static Target AtMost(double bound) => new(null, bound);

    public static Target Between(double least, double most) => new(least, most);

    public bool IsMet(double value) => !(value < Least) && !(value > Most) && !double.IsNaN(value);

    public override string ToString() => (Least, Most) switch
    {
        ({ } least, null) => $"≥ {Text(least)}",
        (null, { } most) => $"≤ {Text(most)}",
        _ => $"{Text(Least!.Value)} to {Text(Most!.Value)}",
    };

    private static string Text(double value) => value.ToString("#,0.####", CultureInfo.InvariantCulture);
}
