using System.Diagnostics.CodeAnalysis;

namespace Dispatcher.Core.Invitations;

/// <summary>An invitation, or every reason why the body is none.</summary>
/// <param name="Invitation">Null: the body was refused.</param>
/// <param name="Problems">
/// Empty unless refused. Each begins with the member's path and says what to do (<c>sendAt: …</c>), and quotes no personal data.
/// </param>
public sealed record InvitationReadResult(Invitation? Invitation, IReadOnlyList<string> Problems)
{
    [MemberNotNullWhen(true, nameof(Invitation))]
    public bool Ok => Invitation is not null;

    /// <summary>The problems as one line, for a rejection's reason.</summary>
    public string Reason => string.Join("; ", Problems);
}
