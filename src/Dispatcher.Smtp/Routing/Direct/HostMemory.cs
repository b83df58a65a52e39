using System.Net;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>What was learned about single addresses of a destination: who did not answer is tried last for a while, and with whom TLS went
/// wrong is spoken to in plain text. Safe for concurrent calls.</summary>
internal sealed class HostMemory(TimeProvider time)
{
    private const int Most = 256;
    private static readonly TimeSpan DeadFor = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan PlainFor = TimeSpan.FromMinutes(10);

    private readonly Lock _gate = new();
    private readonly Dictionary<(IPAddress Address, bool Plain), long> _until = []; // timestamps

    public bool IsDead(IPAddress address) => Has((address, false));

    public bool IsPlain(IPAddress address) => Has((address, true));

    public void Failed(IPAddress address) => Add((address, false), DeadFor);

    public void TlsFailed(IPAddress address) => Add((address, true), PlainFor);

    public void Answered(IPAddress address)
    {
        lock (_gate)
        {
            _until.Remove((address, false));
        }
    }

    private bool Has((IPAddress, bool) key)
    {
        lock (_gate)
        {
            return _until.TryGetValue(key, out var until) && time.GetTimestamp() < until;
        }
    }

    private void Add((IPAddress, bool) key, TimeSpan howLong)
    {
        lock (_gate)
        {
            if (_until.Count >= Most)
            {
                _until.Clear();
            }

            _until[key] = time.GetTimestamp() + (long)(howLong.TotalSeconds * time.TimestampFrequency);
        }
    }
}
