namespace Dispatcher.Dns.Wire;

/// <summary>A record as it stands in a message.</summary>
/// <param name="Owner">Lower case.</param>
/// <param name="Start">Where its data begins in the message: names in it may point elsewhere.</param>
/// <param name="Length">Octets of its data; they lie within the message.</param>
internal readonly record struct DnsRecord(string Owner, RecordType Type, uint TimeToLive, int Start, int Length);
