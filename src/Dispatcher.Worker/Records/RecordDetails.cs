using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Records;

/// <summary>Everything about one record: the fields of <see cref="RecordRow"/> first, then the rest, then its trail.</summary>
internal sealed record RecordDetails(
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
    string? Reply,
    string Title,
    string Cause,
    string Remedy,
    string State,
    string? Name,
    string? Email,
    string? Phone,
    string TemplateId,
    string? Locale,
    string? SenderName,
    string? SenderEmail,
    string? ReplyTo,
    string? LandingPage,
    DateTimeOffset? SendAt,
    string? ReminderOf,
    string? ReminderAfter,
    IReadOnlyList<Product> Products,
    IReadOnlyList<string> Tags,
    string? AcceptedBy,
    int Revision,
    string? Holder,
    string? Problem,
    IReadOnlyList<TrailEntry> Trail)
{
    /// <param name="language">Of title, cause and remedy.</param>
    public static RecordDetails Of(InvitationRecord record, string language)
    {
        var row = RecordRow.Of(record);
        var invitation = record.Invitation;
        var text = StatusCatalog.Text(record.Status, language);
        return new(
            row.Tenant, row.Id, row.Status, record.Detail, row.CreatedAt, row.SentAt, row.Type, row.Method, row.Channel, row.ReferenceNumber,
            row.Recipient, row.Attempt, row.NextAttemptAt, row.Reply,
            text.Title, text.Cause, text.Remedy, Codes.Of(record.State),
            invitation.RecipientName, invitation.RecipientEmail, invitation.RecipientPhone, invitation.TemplateId, invitation.Locale,
            invitation.SenderName, invitation.SenderEmail, invitation.ReplyTo, invitation.LandingPage, invitation.SendAt,
            invitation.ReminderOf, invitation.ReminderAfter is { } after ? IsoDuration.Format(after) : null, invitation.Products, invitation.Tags,
            record.AcceptedBy, record.Revision, record.Holder, record.Problem, record.Trail);
    }
}
