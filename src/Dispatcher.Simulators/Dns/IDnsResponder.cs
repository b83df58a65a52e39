namespace Dispatcher.Simulators.Dns;

/// <summary>Answers queries. Called from many threads.</summary>
public interface IDnsResponder
{
    /// <returns>The messages to send, which may be none.</returns>
    IEnumerable<byte[]> Respond(byte[] query, DnsQuestion question, bool tcp);
}
