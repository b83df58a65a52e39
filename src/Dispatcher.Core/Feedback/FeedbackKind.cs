namespace Dispatcher.Core.Feedback;

/// <summary>What may become of an invitation after it was sent.</summary>
public enum FeedbackKind
{
    Unset = 0,

    /// <summary>A server gave it back for good. (A notice of delay is no bounce.)</summary>
    Bounce,

    /// <summary>The recipient marked it as junk.</summary>
    Complaint,

    /// <summary>The recipient wants no more.</summary>
    Unsubscribe,

    /// <summary>The recipient left a review of the tenant.</summary>
    Review,

    /// <summary>A gateway or server says whether it arrived.</summary>
    Receipt,
}
