using Dispatcher.Core.Storage;
using Dispatcher.LoadTests.Servers;

namespace Dispatcher.LoadTests.Load;

/// <param name="Seconds">From the call to its answer.</param>
/// <param name="InForce">Milliseconds from the call until nothing that matches starts any more.</param>
/// <param name="Redis">What Redis spent between the two.</param>
/// <param name="RanOut">Everything that stays was sent before the cancel had ended.</param>
internal sealed record CancelBesideSendsResult(
    CancelCount Count, double Seconds, double InForce, RedisTimes Redis, SendWindow Before, SendWindow During, bool RanOut, WatchedSender Sender, Tally Tally);
