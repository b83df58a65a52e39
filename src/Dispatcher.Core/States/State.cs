namespace Dispatcher.Core.States;

/// <summary>Where an unfinished invitation is. Each state is one place in Redis; see <c>docs/state-machine.md</c>.</summary>
public enum State
{
    /// <summary>No record yet. The zero value, and never stored.</summary>
    None = 0,

    /// <summary>In <c>later</c>, waiting for its send time; never tried.</summary>
    Scheduled,

    /// <summary>In its tenant's queue.</summary>
    Queued,

    /// <summary>Held by a worker, not on the wire; still shown as queued.</summary>
    Claimed,

    /// <summary>Held by a worker, on the wire.</summary>
    Sending,

    /// <summary>In <c>later</c> after an attempt that did not succeed for now.</summary>
    Deferred,

    /// <summary>Has its last status, unless feedback changes it.</summary>
    Final,
}
