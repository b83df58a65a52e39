using System.Net;
using Dispatcher.Core.States;
using Dispatcher.Simulators.Dns;
using Dispatcher.Simulators.Smtp;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>A worker that sends to mail exchangers found in DNS, each at a loopback address of its own.</summary>
public sealed class RouteTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    [Fact]
    public async Task Run_DirectToExchangers_EachDomainEndsAsItsDnsSays()
    {
        // 1. Exchangers, and who has which.
        await using var one = await ReceiverAsync("127.0.0.31", 0);
        await using var two = await ReceiverAsync("127.0.0.32", one.Port);
        var zone = new DnsZone()
            .Mx("prefers.example", 20, "two.test").Mx("prefers.example", 10, "one.test")
            .Mx("dead-first.example", 10, "dead.test").Mx("dead-first.example", 20, "two.test")
            .A("no-mx.example", "127.0.0.31")
            .Mx("null.example", 0, "").A("null.example", "127.0.0.31")
            .Mx("loop.example", 10, "worker.example.com").Mx("loop.example", 20, "two.test")
            .A("one.test", "127.0.0.31").A("two.test", "127.0.0.32").A("dead.test", "127.0.0.33").A("worker.example.com", "127.0.0.31");
        await using var dns = await DnsAsync(zone);
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "routes.yaml");
        File.WriteAllText(file, Direct(one.Port));
        await using var site = await Site.StartAsync(
            "no", ("Dns__Servers", $"{dns.Endpoint}"), ("Smtp__RoutesFile", file), ("Smtp__RoutesPollInterval", "00:00:01"), ("Smtp__EhloName", "worker.example.com"));
        var worker = await site.AddWorkerAsync();

        // 2. By exchangers.
        string[] domains = ["prefers.example", "dead-first.example", "no-mx.example", "null.example", "nowhere.example", "loop.example"];
        await site.ProduceAsync(0, 600, tenants: 3, address: i => $"eva+{i}@{domains[i % domains.Length]}");
        var counts = await site.FinishedAsync(600, Patience);

        Assert.Equal(300, counts["delivered"]);
        Assert.Equal(200, counts["invalid-recipient"]);
        Assert.Equal(100, counts["recipient-server-problem"]);
        Assert.Equal((200, 100, 0), (one.MessagesAccepted, two.MessagesAccepted, site.Receiver.MessagesAccepted));
        Assert.Equal($"one.test[127.0.0.31]:{one.Port} (mx)", (await site.RecordAsync("t0", "n0"))!.AcceptedBy);
        Assert.Equal("null-mx", (await site.RecordAsync("t0", "n3"))!.Detail);

        // 3. Another file, without a restart: all mail to the relay.
        File.WriteAllText(file, $$"""
            routes:
            - name: relay
              kind: relay
              endpoints: [{ host: 127.0.0.1, port: {{site.Receiver.Port}} }]
            default: relay
            """);
        await Eventually.GetAsync<object>(
            () => Task.FromResult<object?>(worker.Output.Split("routes and").Length > 2 ? worker : null), TimeSpan.FromSeconds(20), "the new routes in force");
        await site.ProduceAsync(600, 60, tenants: 3, address: i => $"eva+{i}@prefers.example");
        await site.FinishedAsync(660, Patience);

        Assert.Equal((200, 60), (one.MessagesAccepted, site.Receiver.MessagesAccepted));
    }

    [Fact]
    public async Task Run_DestinationDoesNotAnswer_IsHardlyKnockedAtAndDelaysNobody()
    {
        await using var closed = ScriptedSmtpServer.StartAt("127.0.0.34", 0, SmtpScript.Empty.Send("421 4.3.2 closed for today\r\n"));
        await using var open = await ReceiverAsync("127.0.0.35", closed.Port);
        await using var dns = await DnsAsync(new DnsZone().Mx("closed.example", 10, "closed.test").Mx("open.example", 10, "open.test")
            .A("closed.test", "127.0.0.34").A("open.test", "127.0.0.35"));
        using var folder = new TempFolder();
        var file = Path.Combine(folder.Path, "routes.yaml");
        File.WriteAllText(file, Direct(closed.Port));
        await using var site = await Site.StartAsync("no", ("Dns__Servers", $"{dns.Endpoint}"), ("Smtp__RoutesFile", file));
        await site.AddWorkerAsync();

        await site.ProduceAsync(0, 400, tenants: 2, address: i => $"eva+{i}@{(i % 2 == 0 ? "closed" : "open")}.example");
        using var deadline = new CancellationTokenSource(Patience);
        await open.WaitForAcceptedAsync(200, deadline.Token);
        await Eventually.GetAsync<object>(
            async () => await site.LookAsync() is { Intake: 0, Unfinished: 200 } look && look.Backlog.Where(b => b.Key is State.Scheduled or State.Deferred).Sum(b => b.Value) == 200 ? look : null,
            TimeSpan.FromSeconds(30),
            "all of the closed destination to wait");

        var attempts = 0;
        for (var i = 0; i < 400; i += 2)
        {
            attempts += (await site.RecordAsync("t0", $"n{i}"))!.Attempt;
        }

        Assert.InRange(closed.Connections, 1, 12);
        Assert.InRange(attempts, 1, 12); // what was told that nobody answers did not try
    }

    private static string Direct(int port) => $"""
        routes:
        - name: mx
          kind: direct
          port: {port}
          allowLoopback: true
        default: mx
        """;

    private static async Task<SmtpSimulator> ReceiverAsync(string address, int port)
    {
        var receiver = new SmtpSimulator(new SmtpSimulatorOptions { Address = IPAddress.Parse(address), Port = port }, TimeProvider.System);
        await receiver.StartAsync();
        return receiver;
    }

    private static async Task<DnsSimulator> DnsAsync(DnsZone zone)
    {
        var dns = new DnsSimulator(new ZoneResponder(zone), TimeProvider.System);
        await dns.StartAsync();
        return dns;
    }
}
