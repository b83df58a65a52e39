namespace Dispatcher.Core.Dns;

/// <summary>What came of looking for a policy.</summary>
/// <param name="DnsKnown">False: DNS did not answer.</param>
/// <param name="Policy">Null: there is none that can be used.</param>
/// <param name="Fault">Why not, as a sentence without its full stop; null: nothing is published.</param>
public sealed record DmarcAnswer(bool DnsKnown, DmarcPolicy? Policy, string? Fault);
