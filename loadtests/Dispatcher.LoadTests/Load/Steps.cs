using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;

namespace Dispatcher.LoadTests.Load;

/// <summary>The steps of an invitation that a sender starts and delivers at once.</summary>
internal static class Steps
{
    private static readonly TimeSpan RepeatAfter = TimeSpan.FromMinutes(30);

    public static Step Start(ClaimedInvitation claimed) => new()
    {
        Kind = StepKind.Start,
        Key = claimed.Key,
        Attempt = claimed.Attempt,
        Revision = claimed.Facts.Revision,
        Delay = RepeatAfter,
    };

    public static Step Done(ClaimedInvitation claimed) => new()
    {
        Kind = StepKind.Done,
        Key = claimed.Key,
        Attempt = claimed.Attempt + 1,
        Status = Status.Delivered,
        Reply = "250 2.0.0 OK",
        AcceptedBy = "null:25",
    };
}
