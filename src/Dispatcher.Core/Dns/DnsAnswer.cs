using System.Collections.Immutable;

namespace Dispatcher.Core.Dns;

/// <summary>What a look-up came to. Immutable; one object may be given to many callers.</summary>
/// <typeparam name="T">The data of one record.</typeparam>
public sealed class DnsAnswer<T>
{
    internal DnsAnswer(DnsAnswerKind kind, ImmutableArray<T> records, DnsFailure failure, TimeSpan timeToLive)
    {
        Kind = kind;
        Records = records;
        Failure = failure;
        TimeToLive = timeToLive;
    }

    public DnsAnswerKind Kind { get; }

    /// <summary>Never empty when <see cref="DnsAnswerKind.Found"/>, always empty otherwise. In the order in which they came.</summary>
    public ImmutableArray<T> Records { get; }

    /// <summary><see cref="DnsFailure.None"/> unless <see cref="DnsAnswerKind.Failed"/>.</summary>
    public DnsFailure Failure { get; }

    /// <summary>How long the answer held when it was learned, within the resolver's bounds: the least of all records that led to it.</summary>
    public TimeSpan TimeToLive { get; }

    /// <summary>True when the name or the type does not exist: a "void" answer in the words of RFC 7208 section 4.6.4.</summary>
    public bool IsVoid => Kind is DnsAnswerKind.NoData or DnsAnswerKind.NoSuchDomain;
}
