using System.Collections.Immutable;
using Dispatcher.Core.Dns;
using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns;

/// <summary>Finds in a response what it says about a name: records, nothing, or an alias to ask for next. Pure.</summary>
internal static class AnswerReader
{
    /// <summary>Aliases followed in all; more is a loop or as bad as one (RFC 1034 section 3.6.2).</summary>
    public const int MostAliases = 12;

    /// <summary>Either an answer, or the name to ask for next.</summary>
    public readonly record struct Reading<T>(DnsAnswer<T>? Answer, string? Alias, int Aliases, uint TimeToLive);

    /// <param name="name">Lower case.</param>
    /// <param name="aliases">Followed so far.</param>
    /// <param name="timeToLive">The least of those so far, in seconds.</param>
    public static Reading<T> Read<T>(DnsResponse response, string name, RecordKind<T> kind, int aliases, uint timeToLive, TtlBounds bounds)
    {
        var start = name;
        while (true)
        {
            if (Collect(response, name, kind, ref timeToLive, out var records) is { } answer)
            {
                return Answered(answer);
            }

            if (records.Length > 0)
            {
                return Answered(DnsAnswers.Found(records, bounds.Positive(timeToLive)));
            }

            if (kind.Type == RecordType.Cname || AliasOf(response, name, ref timeToLive) is not { } alias)
            {
                break;
            }

            if (alias.Length == 0 || ++aliases > MostAliases)
            {
                return Answered(DnsAnswers.Failed<T>(DnsFailure.Malformed, TtlBounds.Failure));
            }

            name = alias;
        }

        var soa = SoaOf(response);
        if (response.Code == ResponseCode.NoSuchDomain)
        {
            return Answered(DnsAnswers.NoSuchDomain<T>(bounds.Negative(soa)));
        }

        // The server follows aliases only within what it holds: without a word about the last one, ask for it.
        return name != start && soa is null
            ? new(null, name, aliases, timeToLive)
            : Answered(DnsAnswers.NoData<T>(bounds.Negative(soa)));

        Reading<T> Answered(DnsAnswer<T> what) => new(what, null, aliases, timeToLive);
    }

    /// <returns>A failure if a record is malformed.</returns>
    private static DnsAnswer<T>? Collect<T>(
        DnsResponse response, string name, RecordKind<T> kind, ref uint timeToLive, out ImmutableArray<T> records)
    {
        var builder = ImmutableArray.CreateBuilder<T>();
        records = [];
        foreach (var record in response.Answers)
        {
            if (record.Type != kind.Type || record.Owner != name)
            {
                continue;
            }

            if (!kind.Read(response, record, out var value))
            {
                return DnsAnswers.Failed<T>(DnsFailure.Malformed, TtlBounds.Failure);
            }

            timeToLive = Math.Min(timeToLive, record.TimeToLive);
            builder.Add(value);
        }

        records = builder.DrainToImmutable();
        return null;
    }

    /// <returns>Null: none. Empty: malformed, or the root, which has nothing that we ask for.</returns>
    private static string? AliasOf(DnsResponse response, string name, ref uint timeToLive)
    {
        foreach (var record in response.Answers)
        {
            if (record.Type == RecordType.Cname && record.Owner == name)
            {
                timeToLive = Math.Min(timeToLive, record.TimeToLive);
                return RecordData.Name(response, record)?.ToLowerInvariant() ?? "";
            }
        }

        return null;
    }

    /// <summary>How long a negative answer holds, in seconds (RFC 2308 section 5); null: it does not say.</summary>
    private static double? SoaOf(DnsResponse response)
    {
        foreach (var record in response.Authorities)
        {
            if (record.Type == RecordType.Soa && RecordData.Soa(response, record) is { } soa)
            {
                return Math.Min(record.TimeToLive, soa.Minimum.TotalSeconds);
            }
        }

        return null;
    }
}
