using System.Collections.Immutable;
using System.Net;

namespace Dispatcher.Core.Checks;

/// <summary>What custom senders are held to.</summary>
/// <param name="Addresses">All that our mail comes from; never empty.</param>
/// <param name="EhloName">What we say in EHLO.</param>
/// <param name="Include">The domain whose SPF record lists our addresses, for remedies; null: none.</param>
internal sealed record SpfRule(ImmutableArray<IPAddress> Addresses, string EhloName, string? Include)
{
    /// <summary>Until an invitation is looked at again whose sender domain did not answer.</summary>
    public static readonly TimeSpan AfterTemporaryError = TimeSpan.FromMinutes(1);
}
