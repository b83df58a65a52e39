using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>What the record of one domain came to.</summary>
/// <param name="Term">The term that decided; null: none.</param>
/// <param name="Domain">The domain whose record decided.</param>
/// <param name="Record">The record that decided; null: there was none, or none that could be read.</param>
internal readonly record struct SpfOutcome(SpfResult Result, string Domain, string? Term = null, SpfRecord? Record = null);
