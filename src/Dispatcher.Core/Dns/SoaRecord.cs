namespace Dispatcher.Core.Dns;

/// <summary>Where a zone begins (RFC 1035 section 3.3.13).</summary>
/// <param name="PrimaryServer">Name of the zone's first server.</param>
/// <param name="Mailbox">Who answers for the zone, the @ written as a dot.</param>
/// <param name="Serial">Version of the zone.</param>
/// <param name="Minimum">How long "there is no such record" holds (RFC 2308 section 4).</param>
public readonly record struct SoaRecord(string PrimaryServer, string Mailbox, uint Serial, TimeSpan Minimum);
