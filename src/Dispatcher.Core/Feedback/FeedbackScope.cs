namespace Dispatcher.Core.Feedback;

/// <summary>Whose invitations a recipient unsubscribes from.</summary>
public enum FeedbackScope
{
    Tenant = 0,

    /// <summary>Everybody's.</summary>
    All,
}
