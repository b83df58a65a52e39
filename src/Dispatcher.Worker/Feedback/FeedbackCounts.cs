namespace Dispatcher.Worker.Feedback;

/// <param name="Changed">Invitations that have another status now.</param>
/// <param name="Noted">What was remembered of recipients without changing a status.</param>
/// <param name="Stale">Known already, or older than what is known.</param>
internal sealed record FeedbackCounts(long Changed = 0, long Noted = 0, long Stale = 0, long Rejected = 0)
{
    public long Good => Changed + Noted + Stale;
}
