using System.Collections.Immutable;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.Statuses;

/// <summary>The 37 statuses of the specification, section 2: codes, groups, order and texts. Safe for concurrent calls.</summary>
public static class StatusCatalog
{
    private static readonly ImmutableArray<StatusInfo> Infos =
        [.. Enum.GetValues<Status>().Where(status => status != Status.Unset).Select(Describe)];

    /// <summary>In the specification's order.</summary>
    public static IReadOnlyList<StatusInfo> All => Infos;

    /// <exception cref="ArgumentOutOfRangeException"><see cref="Status.Unset"/> or no member at all: a bug of the caller.</exception>
    public static StatusInfo Get(Status status)
    {
        var index = (int)status - 1;
        return index >= 0 && index < Infos.Length
            ? Infos[index]
            : throw new ArgumentOutOfRangeException(nameof(status), status, "Not a status that can be stored.");
    }

    /// <inheritdoc cref="Get"/>
    public static string Code(Status status) => Get(status).Code;

    /// <summary>Case sensitive. False leaves <see cref="Status.Unset"/>.</summary>
    public static bool TryParse(ReadOnlySpan<char> code, out Status status) =>
        Codes.TryParse(code, out status) && status != Status.Unset;

    /// <param name="status">Any but <see cref="Status.Unset"/>.</param>
    /// <param name="locale">Language tag; null or a language without texts: English.</param>
    public static StatusText Text(Status status, string? locale = null) => StatusTexts.For(locale)[Code(status)];

    /// <summary>Languages that there are texts in, as two letters and in order; <c>en</c> is one.</summary>
    public static IReadOnlyList<string> Languages { get; } = [.. StatusTexts.Languages.Order(StringComparer.Ordinal)];

    /// <param name="locale">Language tag; its first part counts.</param>
    public static bool HasTextsIn(string? locale) => StatusTexts.Find(locale) is not null;

    /// <summary>The language that <see cref="Text"/> answers in.</summary>
    /// <param name="locale">Language tag; null or a language without texts: <c>en</c>.</param>
    public static string LanguageOf(string? locale) => StatusTexts.Find(locale) ?? StatusTexts.English;

    private static StatusInfo Describe(Status status)
    {
        var group = GroupOf(status);
        var isFinal = group != StatusGroup.OnTheWay && status != Status.ScheduledForLater;
        return new(status, Codes.Of(status), group, isFinal, RankOf(status, isFinal));
    }

    private static StatusGroup GroupOf(Status status) => status switch
    {
        <= Status.Sending => StatusGroup.OnTheWay,
        <= Status.DeliveredSpam => StatusGroup.Delivered,
        <= Status.ReferenceTooLong => StatusGroup.Tenant,
        _ => StatusGroup.Recipient,
    };

    /// <summary>
    /// design.md section 6. <c>internal-error</c> ranks below <c>delivered</c>, because an invitation that was set aside as uncertain may
    /// turn out to have been delivered. What a check ended was never sent, so that no event about it can be true: it stays.
    /// </summary>
    private static int RankOf(Status status, bool isFinal) => status switch
    {
        Status.InternalError => 1,
        Status.Delivered => 2,
        Status.Rejected or Status.InvalidRecipient or Status.RecipientServerProblem => 3,
        Status.DeliveredUnsubscribed => 4,
        Status.DeliveredSpam => 5,
        _ => isFinal ? 6 : 0,
    };
}
