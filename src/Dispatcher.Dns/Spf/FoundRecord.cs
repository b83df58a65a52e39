using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>The SPF record of a domain, or what its absence means.</summary>
/// <param name="Record">Null: <paramref name="Result"/> says why.</param>
/// <param name="Text">As published; null: there is none, or more than one.</param>
internal readonly record struct FoundRecord(SpfRecord? Record, SpfResult Result, string? Text);
