using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>One set of hosts under one rule: what is remembered of it, and its connections while it is used. Under the route's gate, but for
/// what guards itself.</summary>
internal sealed class Destination(string key, SharedLimits limits, TimeProvider time)
{
    public string Key => key;

    public SharedLimits Limits => limits;

    public DestinationTrouble Trouble { get; } = new(time);

    /// <summary>Null: nothing was sent for a while.</summary>
    public SmtpConnectionPool? Pool { get; set; }

    /// <summary>Messages that are with it now.</summary>
    public int Users { get; set; }

    public long LastUsed { get; set; }

    /// <summary>Its place among those used lately.</summary>
    public LinkedListNode<Destination>? Node { get; set; }
}
