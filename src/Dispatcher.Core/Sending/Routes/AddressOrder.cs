namespace Dispatcher.Core.Sending.Routes;

/// <summary>Which addresses of a mail exchanger are used, and which first. "First" is among the addresses of one host: preference goes before.</summary>
public enum AddressOrder
{
    Ipv4First = 0,
    Ipv6First,
    Ipv4Only,
    Ipv6Only,
}
