namespace Dispatcher.Simulators.Dns;

/// <summary>Answers from a zone, as a server with authority over everything: aliases within it are followed, what is too long for UDP is cut off.</summary>
public sealed class ZoneResponder(DnsZone zone) : IDnsResponder
{
    private const int MostAliases = 8;
    private const ushort Truncated = 0x8600;
    private const int NoSuchDomain = 3;

    public IEnumerable<byte[]> Respond(byte[] query, DnsQuestion question, bool tcp)
    {
        if (zone.IsSilent(question.Name, question.Type))
        {
            return [];
        }

        var message = new DnsMessage(query, question);
        var (name, found) = (question.Name, false);
        for (var aliases = 0; aliases < MostAliases; aliases++)
        {
            var owner = DnsZone.Name(name);
            foreach (var data in zone.Find(name, question.Type))
            {
                message.Answer(owner, question.Type, zone.TimeToLive, data);
                found = true;
            }

            if (found || zone.Find(name, DnsType.Cname).FirstOrDefault() is not { } alias)
            {
                break;
            }

            message.Answer(owner, DnsType.Cname, zone.TimeToLive, alias);
            name = DnsQuestion.Read([.. new byte[4], 0, 1, .. new byte[6], .. alias, 0, 1, 0, 1])!.Name;
        }

        if (!found)
        {
            Deny(message, name);
        }

        return [!tcp && message.Length > question.UdpPayload ? new DnsMessage(query, question).Set(2, Truncated).ToArray() : message.ToArray()];
    }

    private void Deny(DnsMessage message, string name)
    {
        if (!zone.Exists(name))
        {
            message.Set(2, 0x8400 | NoSuchDomain);
        }

        byte[] numbers = [0, 0, 0, 1, 0, 0, 14, 16, 0, 0, 14, 16, 0, 0, 14, 16];
        var minimum = BitConverter.GetBytes(System.Net.IPAddress.HostToNetworkOrder((int)zone.NegativeTimeToLive));
        message.Authority([0], DnsType.Soa, zone.TimeToLive, [.. DnsZone.Name("ns.test"), .. DnsZone.Name("hostmaster.test"), .. numbers, .. minimum]);
    }
}
