using Dispatcher.Core.Invitations;
using Dispatcher.Core.Sending;

namespace Dispatcher.Core.Pipeline;

/// <summary>One claimed invitation on its way through the stages. Owned by one stage at a time; handed on through channels.</summary>
public sealed class Work(ILane lane, ClaimedInvitation claimed, long claimedAt)
{
    public ILane Lane { get; } = lane;

    public ClaimedInvitation Claimed { get; } = claimed;

    public string Key => Claimed.Key;

    /// <summary>Timestamp of the claim, for stage times.</summary>
    public long ClaimedAt { get; } = claimedAt;

    /// <summary>Written by the checker and, after a refused start, by the advancer; read by whoever owns the work.</summary>
    public FreshFacts Facts { get; set; } = claimed.Facts;

    /// <summary>How often a start was refused because something had changed.</summary>
    public int Changes { get; set; }

    /// <summary>The attempt on the wire; set when the start was confirmed.</summary>
    public int Attempt { get; set; }

    public Invitation? Invitation { get; set; }

    public OutgoingEmail? Message { get; set; }

    /// <summary>What the advancer is to make true next.</summary>
    public Step? Step { get; set; }

    /// <summary>A step before the wire, for the revision that was decided on.</summary>
    public Step Decided(StepKind kind) => new() { Kind = kind, Key = Key, Attempt = Claimed.Attempt, Revision = Facts.Revision, Suppressed = Facts.SuppressedReason is not null };
}
