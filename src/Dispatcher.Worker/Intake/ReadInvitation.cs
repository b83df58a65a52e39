using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Intake;

/// <summary>What a line became: an invitation, or the reason why it is none.</summary>
internal readonly record struct ReadInvitation(long Line, NewInvitation? Invitation, string? Reason)
{
    public static ReadInvitation Bad(long line, string reason) => new(line, null, reason);
}
