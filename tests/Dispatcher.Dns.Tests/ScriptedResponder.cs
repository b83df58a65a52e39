using Dispatcher.Simulators.Dns;

namespace Dispatcher.Dns.Tests;

/// <summary>Answers as a test says.</summary>
internal sealed class ScriptedResponder(Func<byte[], DnsQuestion, bool, IEnumerable<byte[]>> respond) : IDnsResponder
{
    public IEnumerable<byte[]> Respond(byte[] query, DnsQuestion question, bool tcp) => respond(query, question, tcp);
}
