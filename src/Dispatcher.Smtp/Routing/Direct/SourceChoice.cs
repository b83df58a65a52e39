using System.Net.Sockets;
using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>Gives each connection the next of our addresses of its family. Safe for concurrent calls.</summary>
internal sealed class SourceChoice
{
    private readonly SourceAddress[] _v4;
    private readonly SourceAddress[] _v6;
    private int _turn;

    public SourceChoice(IReadOnlyList<SourceAddress> sources)
    {
        _v4 = [.. sources.Where(source => source.Address.AddressFamily == AddressFamily.InterNetwork)];
        _v6 = [.. sources.Where(source => source.Address.AddressFamily == AddressFamily.InterNetworkV6)];
    }

    /// <summary>False: there are sources, but none of this family. Null: the system chooses.</summary>
    public bool TryNext(AddressFamily family, out SourceAddress? source)
    {
        var own = family == AddressFamily.InterNetworkV6 ? _v6 : _v4;
        source = own.Length == 0 ? null : own[(int)((uint)Interlocked.Increment(ref _turn) % (uint)own.Length)];
        return source is not null || _v4.Length + _v6.Length == 0;
    }
}
