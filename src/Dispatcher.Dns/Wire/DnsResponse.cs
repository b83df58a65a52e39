namespace Dispatcher.Dns.Wire;

/// <summary>A response that answers our question, taken apart. All records are of class IN and lie within <see cref="Message"/>.</summary>
internal sealed record DnsResponse(
    byte[] Message, ResponseCode Code, bool Truncated, IReadOnlyList<DnsRecord> Answers, IReadOnlyList<DnsRecord> Authorities);
