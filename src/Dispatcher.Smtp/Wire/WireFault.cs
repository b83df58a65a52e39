namespace Dispatcher.Smtp.Wire;

/// <summary>Why no reply came, or why bytes could not be written.</summary>
internal enum WireFault
{
    None = 0,

    /// <summary>The peer closed or reset the connection.</summary>
    Closed,
    TimedOut,

    /// <summary>The peer sent something that is no reply, or spoke out of turn.</summary>
    Malformed,

    /// <summary>We were told to stop.</summary>
    Abandoned,
}
