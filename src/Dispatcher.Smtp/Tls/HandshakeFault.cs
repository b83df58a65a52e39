using System.Net.Sockets;

namespace Dispatcher.Smtp.Tls;

/// <summary>Says in a few words why a handshake failed before there was a certificate to judge.</summary>
internal static class HandshakeFault
{
    public static string Describe(Exception failure)
    {
        var inner = failure;
        while (inner.InnerException is { } next)
        {
            inner = next;
        }

        return inner switch
        {
            SocketException or EndOfStreamException => "the server closed the connection",
            IOException when inner == failure => $"the server closed the connection or does not speak TLS here ({inner.Message})",
            _ => $"{inner.Message.TrimEnd('.')} (does it speak TLS on this port, and a version that Smtp:MinTls allows?)",
        };
    }
}
