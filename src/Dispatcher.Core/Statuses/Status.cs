namespace Dispatcher.Core.Statuses;

/// <summary>What became of an invitation: the complete list of the specification, section 2, in its order.</summary>
/// <remarks>
/// <see cref="Unset"/> is the zero value and never a status: storing it is a bug. Codes as written outside (<c>limit-reached</c>)
/// come from <see cref="StatusCatalog"/>.
/// </remarks>
public enum Status
{
    Unset = 0,

    Queued,
    Sending,

    Delivered,
    DeliveredUnsubscribed,
    DeliveredSpam,

    InternalError,
    NoCustomTemplate,
    MissingPlaceholder,
    PlaceholderError,
    NoTemplate,
    CustomSenderNotAllowed,
    SpfError,
    InvalidSenderAddress,
    InvalidSenderName,
    InvalidReplyTo,
    RemindersDisabled,
    FrequencyCapped,
    LimitReached,
    KickstartExpired,
    KickstartUsedUp,
    SkuError,
    Cancelled,
    AlreadyInvited,
    DuplicateReference,
    ReviewedToday,
    ScheduledForLater,
    AlreadyUnsubscribed,
    NoProductReviews,
    Blocked,
    DoubleOptInRequired,
    ReferenceTooLong,

    InvalidRecipient,
    BlockedDomain,
    TemporaryAddress,
    SpamRisk,
    RecipientServerProblem,
    Rejected,
}
