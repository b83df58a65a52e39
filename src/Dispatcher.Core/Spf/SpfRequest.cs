using System.Net;

namespace Dispatcher.Core.Spf;

/// <summary>The arguments of <c>check_host()</c> (RFC 7208 section 4.1); the domain is that of the sender.</summary>
/// <param name="Address">Who sends. An IPv4 address inside an IPv6 one counts as IPv4.</param>
/// <param name="MailFrom">The envelope sender; empty stands for <c>postmaster@</c> the EHLO name (section 2.4).</param>
/// <param name="Helo">The name said in EHLO; may be anything.</param>
public sealed record SpfRequest(IPAddress Address, string MailFrom, string Helo);
