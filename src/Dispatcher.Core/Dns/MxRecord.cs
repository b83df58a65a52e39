namespace Dispatcher.Core.Dns;

/// <summary>A mail exchanger (RFC 1035 section 3.3.9).</summary>
/// <param name="Preference">The lowest is tried first.</param>
/// <param name="Exchange">Host name without the last dot; empty is the root, with which a domain says that it takes no mail (RFC 7505).</param>
public readonly record struct MxRecord(ushort Preference, string Exchange);
