namespace Dispatcher.Core.Invitations;

/// <summary>One request for a review, as a producer wrote it, with defaults filled in. Immutable; safe to share between threads.</summary>
/// <remarks>Field names and rules: the product specification, section 1. Unknown members stay in the stored body and are not seen here.</remarks>
public sealed record Invitation
{
    /// <summary>Who sends: <c>^[a-z0-9][a-z0-9._-]{0,62}$</c>.</summary>
    public required string Tenant { get; init; }

    /// <summary>Unique within the tenant: <c>^[A-Za-z0-9._:-]{1,64}$</c>. The idempotency key.</summary>
    public required string Id { get; init; }

    public InvitationType Type { get; init; } = InvitationType.Service;

    public InvitationMethod Method { get; init; } = InvitationMethod.Api;

    public Channel Channel { get; init; } = Channel.Email;

    /// <summary>May be edited until delivery begins. Null or empty: the text shown is a localised "customer".</summary>
    public string? RecipientName { get; init; }

    /// <summary>Null or empty with <see cref="Channel.Email"/> ends as <c>invalid-recipient</c>.</summary>
    public string? RecipientEmail { get; init; }

    public string? RecipientPhone { get; init; }

    /// <summary>The tenant's own unique id of the purchase. Null: none given.</summary>
    public string? ReferenceNumber { get; init; }

    public string TemplateId { get; init; } = "default";

    /// <summary>BCP 47 tag; null: the template's own locale.</summary>
    public string? Locale { get; init; }

    public string? SenderName { get; init; }

    /// <summary>A custom sender address. Null: the tenant's, else <c>Smtp:From</c>.</summary>
    public string? SenderEmail { get; init; }

    public string? ReplyTo { get; init; }

    /// <summary>The local site that the review link leads to, for example <c>se.example.com</c>.</summary>
    public string? LandingPage { get; init; }

    /// <summary>Preferred send time, UTC. Null: now.</summary>
    public DateTimeOffset? SendAt { get; init; }

    /// <summary>When the invitation was made, as far as the producer says. Null: when it was accepted.</summary>
    public DateTimeOffset? CreatedAt { get; init; }

    /// <summary>The id of the invitation that a <see cref="InvitationType.Reminder"/> reminds of.</summary>
    public string? ReminderOf { get; init; }

    /// <summary>How long after this invitation a reminder follows. Null: none.</summary>
    public TimeSpan? ReminderAfter { get; init; }

    public IReadOnlyList<Product> Products { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    /// <summary>The address on this invitation's channel; null when the producer gave none.</summary>
    public string? Recipient => Channel == Channel.Sms ? RecipientPhone : RecipientEmail;
}

/// <summary>A product that a product invitation asks about.</summary>
public sealed record Product(string Sku, string? Name, string? Url, string? ImageUrl);

public enum InvitationType
{
    Service,
    Product,
    Reminder,
}

public enum InvitationMethod
{
    Api,
    FeedbackMail,
    Integration,
    Manual,
    Kickstart,
}

public enum Channel
{
    Email,
    Sms,
}
