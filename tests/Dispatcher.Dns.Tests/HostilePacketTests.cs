using System.Net;
using System.Net.Sockets;
using Dispatcher.Core.Dns;
using Dispatcher.Simulators.Dns;

namespace Dispatcher.Dns.Tests;

/// <summary>What a name server, or somebody in its place, may send: an answer is taken only when all of it is sound, and nothing hangs.</summary>
public sealed class HostilePacketTests
{
    private static readonly byte[] Address = [192, 0, 2, 1];
    private static readonly DnsZone Zone = new DnsZone().A("host.example", "192.0.2.1");

    public static TheoryData<string, DnsFailure> Malformed => new()
    {
        { "pointer to itself", DnsFailure.Malformed },
        { "pointers in a ring", DnsFailure.Malformed },
        { "pointer forward", DnsFailure.Malformed },
        { "pointer beyond the end", DnsFailure.Malformed },
        { "label runs over the end", DnsFailure.Malformed },
        { "reserved label type", DnsFailure.Malformed },
        { "name too long", DnsFailure.Malformed },
        { "data runs over the end", DnsFailure.Malformed },
        { "more records counted than there are", DnsFailure.Malformed },
        { "more records than anyone needs", DnsFailure.Malformed },
        { "address of three octets", DnsFailure.Malformed },
        { "longer than the buffer", DnsFailure.Malformed },
        { "alias loop", DnsFailure.Malformed },
        { "alias to the root", DnsFailure.Malformed },
        { "header alone with a code", DnsFailure.ServerFailure },
        { "refused", DnsFailure.Refused },
    };

    public static TheoryData<string> Strays => ["short", "empty", "wrong id", "wrong name", "wrong type", "a query", "two questions", "noise"];

    [Theory]
    [MemberData(nameof(Malformed))]
    public async Task QueryAAsync_MalformedAnswer_Fails(string kind, DnsFailure expected)
    {
        await using var server = Server((query, question, _) => [Bad(kind, query, question)]);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server);

        var answer = await resolver.QueryAAsync("host.example", TestContext.Current.CancellationToken);

        Assert.Equal(DnsAnswerKind.Failed, answer.Kind);
        Assert.Equal(expected, answer.Failure);
        Assert.Empty(answer.Records);
    }

    [Theory]
    [MemberData(nameof(Strays))]
    public async Task QueryAAsync_StrayBeforeTheAnswer_WaitsForTheAnswer(string kind)
    {
        await using var server = Server((query, question, tcp) =>
            [Stray(kind, query, question), .. new ZoneResponder(Zone).Respond(query, question, tcp)]);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server);

        var answer = await resolver.QueryAAsync("host.example", TestContext.Current.CancellationToken);

        Assert.Equal([IPAddress.Parse("192.0.2.1")], answer.Records);
    }

    [Theory]
    [InlineData("wrong id", DnsFailure.Malformed)]
    [InlineData("empty", DnsFailure.Malformed)]
    [InlineData("nothing", DnsFailure.Timeout)]
    public async Task QueryAAsync_WrongAnswerByTcp_Fails(string kind, DnsFailure expected)
    {
        await using var server = Server((query, question, tcp) =>
            !tcp ? [new DnsMessage(query, question).Set(2, 0x8600).ToArray()] : kind == "nothing" ? [] : [Stray(kind, query, question)]);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server, options => (options.Timeout, options.Attempts) = (TimeSpan.FromSeconds(kind == "nothing" ? 0.5 : 5), 1));

        var answer = await resolver.QueryAAsync("host.example", TestContext.Current.CancellationToken);

        Assert.Equal((DnsAnswerKind.Failed, expected), (answer.Kind, answer.Failure));
    }

    [Fact]
    public async Task QueryAAsync_TruncatedByTcpToo_Fails()
    {
        await using var server = Server((query, question, _) => [new DnsMessage(query, question).Set(2, 0x8600).ToArray()]);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server);

        Assert.Equal(DnsAnswerKind.Failed, (await resolver.QueryAAsync("host.example", TestContext.Current.CancellationToken)).Kind);
    }

    [Fact]
    public async Task QueryAAsync_FloodOfStrays_GivesUp()
    {
        await using var server = Server((query, question, _) => Enumerable.Repeat(Stray("wrong id", query, question), 200));
        await server.StartAsync();
        using var resolver = Resolvers.Of(server);

        var answer = await resolver.QueryAAsync("host.example", TestContext.Current.CancellationToken);

        Assert.Equal(DnsAnswerKind.Failed, answer.Kind);
    }

    [Fact]
    public async Task QueryAAsync_AnswerFromAnotherPort_IsNotTaken()
    {
        // The relay knows the asker's port, as nobody else does, and has the right answer sent from a port of its own.
        using var server = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        server.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var stranger = new Socket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        stranger.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        using var resolver = Resolvers.Of([$"{server.LocalEndPoint}"], options => (options.Timeout, options.Attempts) = (TimeSpan.FromMilliseconds(300), 1));
        var pending = resolver.QueryAAsync("host.example", TestContext.Current.CancellationToken).AsTask();
        var buffer = new byte[1232];
        var asked = await server.ReceiveFromAsync(buffer, SocketFlags.None, new IPEndPoint(IPAddress.Any, 0));
        var query = buffer[..asked.ReceivedBytes];

        await stranger.SendToAsync(new ZoneResponder(Zone).Respond(query, DnsQuestion.Read(query)!, false).Single(), SocketFlags.None, asked.RemoteEndPoint);

        Assert.Equal(DnsFailure.Timeout, (await pending).Failure);
    }

    [Fact]
    public async Task QueryTxtAsync_UnrelatedRecordsInTheAnswer_AreNotTaken()
    {
        await using var server = Server((query, question, _) =>
        [
            new DnsMessage(query, question)
                .Answer(Name("other.example"), DnsType.Txt, 300, [3, .. "bad"u8])
                .Answer(DnsMessage.QuestionName, DnsType.A, 300, Address)
                .Answer(DnsMessage.QuestionName, DnsType.Txt, 300, [4, .. "good"u8])
                .ToArray(),
        ]);
        await server.StartAsync();
        using var resolver = Resolvers.Of(server);

        var answer = await resolver.QueryTxtAsync("host.example", TestContext.Current.CancellationToken);

        Assert.Equal(["good"], answer.Records);
    }

    private static DnsSimulator Server(Func<byte[], DnsQuestion, bool, IEnumerable<byte[]>> respond) =>
        new(new ScriptedResponder(respond), TimeProvider.System);

    private static byte[] Bad(string kind, byte[] query, DnsQuestion question)
    {
        var message = new DnsMessage(query, question);
        var end = message.Length;
        byte[] pointerHere = [(byte)(0xC0 | (end >> 8)), (byte)end];
        byte[] tail = [0, 1, 0, 1, 0, 0, 0, 9, 0, 4, .. Address];
        return kind switch
        {
            "pointer to itself" => message.Set(6, 1).Raw(pointerHere).Raw(tail).ToArray(),
            "pointers in a ring" => message.Set(6, 1).Raw(0xC0, (byte)(end + 2)).Raw(pointerHere).Raw(tail).ToArray(),
            "pointer forward" => message.Set(6, 1).Raw(0xC0, (byte)(end + 2), 1, (byte)'x', 0).Raw(tail).ToArray(),
            "pointer beyond the end" => message.Set(6, 1).Raw(0xFF, 0xFF).Raw(tail).ToArray(),
            "label runs over the end" => message.Set(6, 1).Raw(63, (byte)'x').ToArray(),
            "reserved label type" => message.Set(6, 1).Raw(0x80, (byte)'x', 0).Raw(tail).ToArray(),
            "name too long" => message.Set(6, 1).Raw([.. Enumerable.Repeat<byte[]>([63, .. Enumerable.Repeat((byte)'x', 63)], 5).SelectMany(label => label), 0]).Raw(tail).ToArray(),
            "data runs over the end" => message.Set(6, 1).Raw(0xC0, 12, 0, 1, 0, 1, 0, 0, 0, 9, 0xFF, 0xFF, 1).ToArray(),
            "more records counted than there are" => message.Answer(DnsMessage.QuestionName, DnsType.A, 9, Address).Set(6, 9).ToArray(),
            "more records than anyone needs" => message.Set(6, 0xFFFF).Raw([.. Enumerable.Repeat<byte[]>([0, .. tail], 200).SelectMany(record => record)]).ToArray(),
            "address of three octets" => message.Answer(DnsMessage.QuestionName, DnsType.A, 9, [1, 2, 3]).ToArray(),
            "longer than the buffer" => Enumerable.Range(0, 600).Aggregate(message, (m, _) => m.Answer(DnsMessage.QuestionName, DnsType.A, 9, Address)).ToArray(),
            "alias loop" => message.Answer(DnsMessage.QuestionName, DnsType.Cname, 9, Name("b.example")).Answer(Name("b.example"), DnsType.Cname, 9, Name("host.example")).ToArray(),
            "alias to the root" => message.Answer(DnsMessage.QuestionName, DnsType.Cname, 9, [0]).ToArray(),
            "header alone with a code" => [query[0], query[1], 0x80, 1, 0, 0, 0, 0, 0, 0, 0, 0],
            "refused" => new DnsMessage(query, question, code: 5).ToArray(),
            _ => throw new ArgumentException(kind),
        };
    }

    private static byte[] Stray(string kind, byte[] query, DnsQuestion question)
    {
        var wrong = new DnsMessage(query, question).Answer(DnsMessage.QuestionName, DnsType.A, 300, [203, 0, 113, 66]).ToArray();
        switch (kind)
        {
            case "short":
                return wrong[..7];
            case "empty":
                return [];
            case "wrong id":
                wrong[0] ^= 0x55;
                return wrong;
            case "wrong name":
                wrong[13] ^= 1;
                return wrong;
            case "wrong type":
                wrong[12 + question.Length - 3] = 16;
                return wrong;
            case "a query":
                wrong[2] &= 0x7F;
                return wrong;
            case "two questions":
                wrong[5] = 2;
                return wrong;
            case "noise":
                return [.. Enumerable.Range(0, 400).Select(i => (byte)(i * 37))];
            default:
                throw new ArgumentException(kind);
        }
    }

    private static byte[] Name(string name) =>
        [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. System.Text.Encoding.ASCII.GetBytes(label)]), 0];
}
