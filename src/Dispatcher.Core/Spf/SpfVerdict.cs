namespace Dispatcher.Core.Spf;

/// <summary>The result of one evaluation, and how it came about.</summary>
public sealed record SpfVerdict
{
    public required SpfResult Result { get; init; }

    /// <summary>What the domain's owner says to a refused sender (<c>exp</c>, RFC 7208 section 6.2): only with a fail, and null when the
    /// record has none or it can't be used. Written by strangers: never interpret it.</summary>
    public string? Explanation { get; init; }

    /// <summary>The domain that was asked.</summary>
    public required string Domain { get; init; }

    /// <summary>The domain's own record; null when there is none.</summary>
    public string? Record { get; init; }

    /// <summary>The term that decided, as it is written in the record of <see cref="DecidedBy"/>; null when none did.</summary>
    public string? Mechanism { get; init; }

    /// <summary>The domain whose record holds <see cref="Mechanism"/>: another one after a <c>redirect</c>.</summary>
    public string? DecidedBy { get; init; }

    /// <summary>What is wrong with an error, for people, as the end of a sentence; null otherwise.</summary>
    public string? Problem { get; init; }

    /// <summary>Terms that needed DNS; more than 10 are an error (RFC 7208 section 4.6.4).</summary>
    public int Lookups { get; init; }

    /// <summary>Of these, how many found nothing; more than 2 are an error.</summary>
    public int VoidLookups { get; init; }

    /// <summary>How long the answers hold that led here: the least of their times to live.</summary>
    public TimeSpan TimeToLive { get; init; }
}
