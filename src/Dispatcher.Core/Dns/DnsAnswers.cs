using System.Collections.Immutable;

namespace Dispatcher.Core.Dns;

/// <summary>Makes answers.</summary>
public static class DnsAnswers
{
    /// <exception cref="ArgumentException">There are no records.</exception>
    public static DnsAnswer<T> Found<T>(ImmutableArray<T> records, TimeSpan timeToLive) => records.IsDefaultOrEmpty
        ? throw new ArgumentException("an answer without records is no answer", nameof(records))
        : new(DnsAnswerKind.Found, records, DnsFailure.None, timeToLive);

    public static DnsAnswer<T> NoData<T>(TimeSpan timeToLive) => new(DnsAnswerKind.NoData, [], DnsFailure.None, timeToLive);

    public static DnsAnswer<T> NoSuchDomain<T>(TimeSpan timeToLive) => new(DnsAnswerKind.NoSuchDomain, [], DnsFailure.None, timeToLive);

    /// <exception cref="ArgumentException">A failure without a reason.</exception>
    public static DnsAnswer<T> Failed<T>(DnsFailure failure, TimeSpan timeToLive) => failure == DnsFailure.None
        ? throw new ArgumentException("a failure has a reason", nameof(failure))
        : new(DnsAnswerKind.Failed, [], failure, timeToLive);
}
