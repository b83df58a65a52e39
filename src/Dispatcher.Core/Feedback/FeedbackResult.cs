namespace Dispatcher.Core.Feedback;

/// <summary>What an event changed.</summary>
public enum FeedbackResult
{
    Unset = 0,

    /// <summary>The invitation has another status now.</summary>
    Changed,

    /// <summary>What it says of the recipient is remembered; no status changed.</summary>
    Noted,

    /// <summary>Known already, or older than what is known: no status changed.</summary>
    Stale,

    /// <summary>The attempt is still under way. Nothing of the invitation changed: send it again in a moment.</summary>
    Early,

    /// <summary>There is no such invitation (any more).</summary>
    Unknown,
}
