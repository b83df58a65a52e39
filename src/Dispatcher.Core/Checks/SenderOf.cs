namespace Dispatcher.Core.Checks;

/// <summary>
/// What an invitation will show as its sender: its own, else its tenant's. Null: the product's default, which needs no check.
/// </summary>
internal static class SenderOf
{
    public static string? Email(CheckSubject subject) => subject.Invitation.SenderEmail ?? subject.Tenant.Sender?.Email;

    public static string? Name(CheckSubject subject) => subject.Invitation.SenderName ?? subject.Tenant.Sender?.Name;

    public static string? ReplyTo(CheckSubject subject) => subject.Invitation.ReplyTo ?? subject.Tenant.Sender?.ReplyTo;
}
