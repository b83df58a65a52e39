using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Records;

/// <summary>A record in a list: the fields of contracts section 5, as the command line and HTTP write them.</summary>
internal sealed record RecordRow(
    string Tenant,
    string Id,
    string Status,
    string? Detail,
    DateTimeOffset CreatedAt,
    DateTimeOffset? SentAt,
    string Type,
    string Method,
    string Channel,
    string? ReferenceNumber,
    string? Recipient,
    int Attempt,
    DateTimeOffset? NextAttemptAt,
    string? Reply)
{
    public static RecordRow Of(InvitationRecord record) => new(
        record.Invitation.Tenant,
        record.Invitation.Id,
        StatusCatalog.Code(record.Status),
        record.Detail ?? record.Problem,
        record.CreatedAt,
        record.SentAt,
        Codes.Of(record.Invitation.Type),
        Codes.Of(record.Invitation.Method),
        Codes.Of(record.Invitation.Channel),
        record.Invitation.ReferenceNumber,
        record.Invitation.Recipient,
        record.Attempt,
        record.NextAttemptAt,
        record.Reply);
}
