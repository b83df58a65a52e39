namespace Dispatcher.Dns.Caching;

/// <summary>An answer and when it was learned. Immutable, so that a reader sees one or the other.</summary>
/// <param name="Answer">A <see cref="Core.Dns.DnsAnswer{T}"/>.</param>
/// <param name="LearnedAt">Timestamp.</param>
/// <param name="FreshFor">From then on.</param>
/// <param name="UsableFor">From then on, for want of a newer one. Longer than fresh for records only: just they are better than no answer.</param>
internal sealed record Held(object Answer, long LearnedAt, TimeSpan FreshFor, TimeSpan UsableFor);
