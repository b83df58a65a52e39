using System.Globalization;

namespace Dispatcher.Redis;

/// <summary>A worker at the door, as <c>XINFO CONSUMERS</c> has it.</summary>
/// <param name="Pending">Entries that it read and did not acknowledge.</param>
/// <param name="Idle">Since it last asked for entries or took some over.</param>
internal sealed record DoorConsumer(string Name, long Pending, TimeSpan Idle)
{
    public static DoorConsumer Of(Dictionary<string, string> fields) => new(
        fields["name"],
        long.Parse(fields["pending"], CultureInfo.InvariantCulture),
        TimeSpan.FromMilliseconds(long.Parse(fields["idle"], CultureInfo.InvariantCulture)));
}
