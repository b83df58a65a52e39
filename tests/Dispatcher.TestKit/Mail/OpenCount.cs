namespace Dispatcher.TestKit.Mail;

/// <summary>How many connections are open at once, over all servers whose scripts count in it.</summary>
public sealed class OpenCount
{
    private readonly Lock _gate = new();
    private int _open;

    /// <summary>Most at once so far.</summary>
    public int Most { get; private set; }

    internal void Enter()
    {
        lock (_gate)
        {
            Most = Math.Max(Most, ++_open);
        }
    }

    internal void Leave()
    {
        lock (_gate)
        {
            _open--;
        }
    }
}
