using System.Net;
using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>A mechanism with its qualifier, in the order of the record.</summary>
/// <param name="Text">As it is written.</param>
/// <param name="OnMatch">The result when it matches.</param>
/// <param name="Domain">Null: the current domain.</param>
/// <param name="Network">Of <c>ip4</c> and <c>ip6</c>, else null.</param>
/// <param name="Prefix4">Bits of an IPv4 address that count.</param>
/// <param name="Prefix6">Bits of an IPv6 address that count.</param>
internal sealed record SpfDirective(
    string Text, SpfResult OnMatch, MechanismKind Kind, MacroString? Domain = null, IPAddress? Network = null, int Prefix4 = 32, int Prefix6 = 128)
{
    /// <summary>Counts toward the limit of ten (RFC 7208 section 4.6.4).</summary>
    public bool NeedsDns => Kind is MechanismKind.Include or MechanismKind.A or MechanismKind.Mx or MechanismKind.Ptr or MechanismKind.Exists;
}
