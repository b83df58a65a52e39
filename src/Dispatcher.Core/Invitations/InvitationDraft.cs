using Dispatcher.Core.Addresses;
using Dispatcher.Core.Json;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Invitations;

/// <summary>The members as they were found; null: absent. Becomes an <see cref="Invitation"/> when what belongs together agrees.</summary>
internal sealed class InvitationDraft
{
    public string? Id { get; set; }
    public string? Tenant { get; set; }
    public InvitationType? Type { get; set; }
    public InvitationMethod? Method { get; set; }
    public Channel? Channel { get; set; }
    public string? RecipientName { get; set; }
    public string? RecipientEmail { get; set; }
    public string? RecipientPhone { get; set; }
    public string? ReferenceNumber { get; set; }
    public string? TemplateId { get; set; }
    public string? Locale { get; set; }
    public string? SenderName { get; set; }
    public string? SenderEmail { get; set; }
    public string? ReplyTo { get; set; }
    public string? LandingPage { get; set; }
    public DateTimeOffset? SendAt { get; set; }
    public DateTimeOffset? CreatedAt { get; set; }
    public TimeSpan? ReminderAfter { get; set; }
    public string? ReminderOf { get; set; }
    public IReadOnlyList<Product> Products { get; set; } = [];
    public IReadOnlyList<string> Tags { get; set; } = [];

    /// <summary>Meaningless when <paramref name="problems"/> has grown.</summary>
    public Invitation Complete(InvitationReadContext context, ProblemList problems)
    {
        var type = Type ?? InvitationDefaults.Type;
        var channel = Channel ?? InvitationDefaults.Channel;
        CheckRecipient(channel, problems);
        CheckReminder(type, problems);
        CheckTimes(context.Now, problems);
        CheckTemplateId(context.IsStored, problems);
        CheckTexts(problems);
        return new Invitation
        {
            Tenant = CompleteTenant(context.Tenant, problems),
            Id = CompleteId(context.DerivedId, problems),
            Type = type,
            Method = Method ?? InvitationDefaults.Method,
            Channel = channel,
            RecipientName = RecipientName,
            RecipientEmail = RecipientEmail,
            RecipientPhone = RecipientPhone,
            ReferenceNumber = ReferenceNumber,
            TemplateId = string.IsNullOrEmpty(TemplateId) ? InvitationDefaults.TemplateId(type) : TemplateId,
            Locale = Locale,
            SenderName = SenderName,
            SenderEmail = SenderEmail,
            ReplyTo = ReplyTo,
            LandingPage = LandingPage,
            SendAt = SendAt,
            CreatedAt = CreatedAt,
            ReminderOf = ReminderOf,
            ReminderAfter = ReminderAfter,
            Products = Products,
            Tags = Tags,
        };
    }

    private string CompleteTenant(string? forced, ProblemList problems)
    {
        var tenant = Tenant ?? forced ?? "";
        if (tenant.Length == 0)
        {
            problems.Add("tenant", "is required");
        }
        else if (!Identity.IsTenant(tenant))
        {
            problems.Add("tenant", "must be 1 to 63 of a-z, 0-9, '.', '_', '-', beginning with a letter or digit");
        }
        else if (forced is not null && forced != tenant)
        {
            problems.Add("tenant", $"is '{tenant}' in the body but '{forced}' was asked for; they must agree");
        }

        return tenant;
    }

    private string CompleteId(string? derived, ProblemList problems)
    {
        var id = Id ?? derived ?? "";
        if (id.Length == 0 && Id is null)
        {
            problems.Add("id", "is required here");
        }
        else if (!Identity.IsId(id))
        {
            problems.Add("id", "must be 1 to 64 of A-Z, a-z, 0-9, '.', '_', ':', '-'");
        }

        return id;
    }

    private void CheckRecipient(Channel channel, ProblemList problems)
    {
        // Present but empty passes: it is an invitation, and ends as invalid-recipient where the tenant's staff can see it.
        if (channel == Invitations.Channel.Email && RecipientEmail is null)
        {
            problems.Add("recipient.email", "is required for channel email");
        }

        if (channel == Invitations.Channel.Sms && RecipientPhone is null)
        {
            problems.Add("recipient.phone", "is required for channel sms");
        }

        if (RecipientName is not null && TextLength.Exceeds(RecipientName, InvitationLimits.MaxNameLength))
        {
            problems.Add("recipient.name", $"is longer than {InvitationLimits.MaxNameLength} characters");
        }
    }

    private void CheckReminder(InvitationType type, ProblemList problems)
    {
        if (ReminderOf is not null && !Identity.IsId(ReminderOf))
        {
            problems.Add("reminderOf", "must be the id of an invitation");
        }

        if (type == InvitationType.Reminder && ReminderOf is null)
        {
            problems.Add("reminderOf", "is required for type reminder: the id of the invitation that it reminds of");
        }
    }

    /// <param name="now">Null: nothing is too far ahead.</param>
    private void CheckTimes(DateTimeOffset? now, ProblemList problems)
    {
        if (SendAt - now > InvitationLimits.MaxAhead)
        {
            problems.Add("sendAt", "lies more than 400 days ahead");
        }

        if (CreatedAt - now > InvitationLimits.MaxClockSkew)
        {
            problems.Add("createdAt", "lies in the future; leave it out or check the clock");
        }
    }

    private void CheckTemplateId(bool isStored, ProblemList problems)
    {
        if (!isStored && TemplateId is not null && TextLength.Exceeds(TemplateId, InvitationLimits.MaxTemplateIdLength))
        {
            problems.Add("templateId", $"is longer than {InvitationLimits.MaxTemplateIdLength} characters");
        }
    }

    private void CheckTexts(ProblemList problems)
    {
        if (!string.IsNullOrEmpty(Locale) && !Languages.IsTag(Locale))
        {
            problems.Add("locale", "must be a language tag such as sv-SE");
        }

        if (!string.IsNullOrEmpty(LandingPage) && DomainSyntax.FindFault(LandingPage) is { } fault)
        {
            problems.Add("landingPage", $"must be a host name such as se.example.com: {fault}");
        }

        for (var index = 0; index < Products.Count; index++)
        {
            CheckUrl(Products[index].Url, $"products[{index}].url", problems);
            CheckUrl(Products[index].ImageUrl, $"products[{index}].imageUrl", problems);
        }
    }

    private static void CheckUrl(string? url, string path, ProblemList problems)
    {
        if (!string.IsNullOrEmpty(url) && !WebUrl.IsValid(url))
        {
            problems.Add(path, "must be an absolute http or https address");
        }
    }
}
