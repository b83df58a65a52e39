using System.Net;
using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>
/// Hosts that lately answered nobody, so that not every domain of one finds that out for itself: each would hold some of the connections that a
/// host may have for half a minute and more. Safe for concurrent calls.
/// </summary>
internal sealed class MuteHosts(TimeProvider time)
{
    /// <summary>How long others take a destination's word for it.</summary>
    public static readonly TimeSpan Believed = TimeSpan.FromSeconds(30);

    /// <summary>Who had less time than this to greet is not mute: others may wait for longer.</summary>
    public static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(20);

    private const int Most = 4_096;

    private readonly Lock _gate = new();
    private readonly Dictionary<IPAddress, (long At, object By, DeliveryOutcome Failure)> _all = [];

    public void Add(IPAddress address, object by, in DeliveryOutcome failure)
    {
        lock (_gate)
        {
            if (_all.Count >= Most)
            {
                _all.Clear();
            }

            _all[address] = (time.GetTimestamp(), by, failure);
        }
    }

    public void Answered(IPAddress address)
    {
        lock (_gate)
        {
            _all.Remove(address);
        }
    }

    /// <summary>What another destination was told there; null: nothing lately, it may be tried.</summary>
    public DeliveryOutcome? Find(IPAddress address, object asking)
    {
        lock (_gate)
        {
            return _all.TryGetValue(address, out var known) && known.By != asking && time.GetElapsedTime(known.At) < Believed ? known.Failure : null;
        }
    }
}
