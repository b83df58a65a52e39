using System.Net;
using System.Net.Sockets;

namespace Dispatcher.Core.Spf;

/// <summary>Says to the owner of a sender domain what is missing and what to publish. Pure.</summary>
public static class SpfRemedy
{
    /// <summary>A record longer than this is not written out.</summary>
    private const int LongestShown = 200;

    /// <param name="address">The sending address that was checked.</param>
    /// <param name="include">The domain whose record lists our addresses; null: there is none.</param>
    /// <param name="includeAt">Which look-up of the domain's record <paramref name="include"/> is; null: it is not there.</param>
    /// <returns>Null after a pass, which needs none. Otherwise one or two sentences without the last full stop.</returns>
    public static string? For(SpfVerdict verdict, IPAddress address, string? include, int? includeAt) => verdict.Result switch
    {
        SpfResult.Pass => null,
        SpfResult.None => $"{verdict.Domain} has no SPF record. Publish a TXT record at {verdict.Domain}: v=spf1 {Term(address, include)} ~all",
        SpfResult.Neutral => $"the SPF record of {verdict.Domain} says nothing about {address}. {Add(verdict, address, include, includeAt)}",
        SpfResult.SoftFail => $"the SPF record of {verdict.Domain} discourages mail from {address}{By(verdict)}. {Add(verdict, address, include, includeAt)}",
        SpfResult.Fail => $"the SPF record of {verdict.Domain} forbids mail from {address}{By(verdict)}. {Add(verdict, address, include, includeAt)}",
        SpfResult.PermError => $"SPF of {verdict.Domain} can't be evaluated: {verdict.Problem}. {Repair(verdict, include, includeAt)}",
        _ => $"SPF of {verdict.Domain} can't be looked up now: {verdict.Problem}. See that the name servers of {verdict.Domain} answer",
    };

    private static string Term(IPAddress address, string? include) =>
        include is not null ? $"include:{include}" : $"{(address.AddressFamily == AddressFamily.InterNetwork ? "ip4" : "ip6")}:{address}";

    private static string By(SpfVerdict verdict) => verdict.Mechanism is { } mechanism && mechanism.Length <= LongestShown
        ? $" ('{mechanism}'{(verdict.DecidedBy == verdict.Domain ? "" : $" in {verdict.DecidedBy}")})"
        : "";

    private static string Add(SpfVerdict verdict, IPAddress address, string? include, int? includeAt)
    {
        if (include is not null && includeAt is not null)
        {
            // It is there: either something before it decides, or what it leads to does not list the address.
            return $"include:{include} is in the record, as look-up {includeAt}: move it in front of all others; if that does not help, "
                + $"{include} does not list {address} yet, and we have to add it";
        }

        var term = Term(address, include);
        const string version = "v=spf1";
        return verdict.Record is { Length: <= LongestShown } record
            ? $"Change its TXT record to: {version} {term}{record[version.Length..]}"
            : $"Add {term} to its TXT record, directly behind {version}";
    }

    private static string Repair(SpfVerdict verdict, string? include, int? includeAt) =>
        verdict.Lookups <= 10 ? $"Correct the TXT record of {verdict.Domain} or of what it includes"
        : includeAt > 10 ? $"include:{include} is look-up {includeAt}, and only 10 are made: put it directly behind v=spf1, and remove terms that nobody needs"
        : includeAt is not null ? $"include:{include} is look-up {includeAt} and so within reach, but what follows is not: remove terms that nobody needs"
        : $"Remove terms with include, a, mx, ptr or exists from the TXT record of {verdict.Domain}";
}
