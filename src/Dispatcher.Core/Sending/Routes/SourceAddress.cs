using System.Net;

namespace Dispatcher.Core.Sending.Routes;

/// <summary>An address of this machine that connections come from.</summary>
/// <param name="Address">IPv4 or IPv6.</param>
/// <param name="EhloName">What is said in EHLO from there: the name that the address resolves to. Null: the route's.</param>
public sealed record SourceAddress(IPAddress Address, string? EhloName);
