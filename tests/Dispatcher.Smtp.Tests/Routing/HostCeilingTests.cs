using Dispatcher.TestKit.Mail;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Routing;

/// <summary>A host has its ceiling over all destinations that use it, however their sets of exchangers differ.</summary>
public class HostCeilingTests
{
    private const string Two = """{ "default": { "connections": 2 } }""";
    private const string One = """{ "default": { "connections": 1 } }""";

    [Theory]
    [InlineData("mx.common.test", "sets that overlap")]
    [InlineData("mx.{0}", "names of one host")]
    public async Task SendAsync_DestinationsWithAHostInCommon_KeepItsCeiling(string name, string what)
    {
        await using var site = new RouteSite();
        var count = new OpenCount();
        site.Serve(2, RouteSite.EndlessAfter(SmtpScript.Empty.CountIn(count)));
        var backup = site.Serve(3);
        for (var i = 0; i < 6; i++)
        {
            var host = string.Format(System.Globalization.CultureInfo.InvariantCulture, name, $"d{i}.example");
            site.Dns.Mx($"d{i}.example", 10, host).Mx($"d{i}.example", 20, $"backup{i}.test").Address($"backup{i}.test", "127.0.0.3");
            if (i == 0 || host != "mx.common.test")
            {
                site.Dns.Address(host, "127.0.0.2");
            }
        }

        site.Start(site.Direct(), Two, configure: options =>
        {
            options.Connections = 50;
            options.Timeouts.Quit = Mails.Limit; // each is closed by its server before the next one is opened
        });

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 48).Select(i => site.SendAsync($"eva@d{i % 6}.example")));

        Assert.All(outcomes, outcome => Assert.Equal(Delivered, outcome.Kind));
        Assert.True(count.Most == 2, $"{what}: {count.Most} at once");
        Assert.Equal(0, backup.Connections);
    }

    [Fact]
    public async Task SendAsync_HostIsFull_ItsLikesAreUsedAndItsBackupIsNot()
    {
        await using var site = new RouteSite();
        var (begun, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        var common = site.Serve(2, SmtpScript.Greeted.AcceptEnvelope().Signal(begun).WaitFor(held.Task).ReadContent().Send("250 taken\r\n").Hang(), RouteSite.Endless);
        var like = site.Serve(3);
        var backup = site.Serve(4);
        site.Dns.Mx("one.example", 10, "common.test").Address("common.test", "127.0.0.2")
            .Mx("two.example", 10, "common.test").Mx("two.example", 20, "backup.test").Address("backup.test", "127.0.0.4")
            .Mx("three.example", 10, "common.test").Mx("three.example", 10, "like.test").Address("like.test", "127.0.0.3");
        site.Start(site.Direct(), One, configure: options => options.Timeouts.Quit = Mails.Limit);

        var first = site.SendAsync("eva@one.example");
        await begun.Task.WaitAsync(Mails.Limit);
        var second = site.SendAsync("eva@two.example");
        var third = await site.SendAsync("eva@three.example");
        var (early, knocks) = (second.IsCompleted, common.Connections);
        held.SetResult();

        Assert.Equal((Delivered, Delivered, Delivered), ((await first).Kind, (await second).Kind, third.Kind));
        Assert.Equal((false, 1, 1, 0, 2), (early, knocks, like.Connections, backup.Connections, common.Connections));
    }

    [Fact]
    public async Task SendAsync_HostIsFullOfIdleConnections_OneIsGivenUp()
    {
        await using var site = new RouteSite();
        var server = site.Serve(2);
        site.Dns.Mx("one.example", 10, "a.test").Address("a.test", "127.0.0.2").Mx("two.example", 10, "b.test").Address("b.test", "127.0.0.2");
        site.Start(site.Direct(), One);

        for (var i = 1; i <= 4; i++)
        {
            Assert.Equal((Delivered, i), ((await site.SendAsync(i % 2 == 0 ? "eva@one.example" : "eva@two.example")).Kind, server.Connections));
        }
    }

    [Fact]
    public async Task SendAsync_WaitsForAHost_CanBeAbandonedAndIsNotBlamedOnAnybody()
    {
        await using var site = new RouteSite();
        var (begun, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.Serve(2, SmtpScript.Greeted.AcceptEnvelope().Signal(begun).WaitFor(held.Task).ReadContent().Send("250 taken\r\n").Hang(), RouteSite.Endless);
        site.Dns.Mx("one.example", 10, "a.test").Address("a.test", "127.0.0.2").Mx("two.example", 10, "b.test").Address("b.test", "127.0.0.2");
        site.Start(site.Direct(), One);
        var first = site.SendAsync("eva@one.example");
        await begun.Task.WaitAsync(Mails.Limit);

        // Often enough for its circuit and its trouble to show, did these count.
        for (var i = 0; i < 5; i++)
        {
            using var abandon = new CancellationTokenSource();
            var waits = site.Transport.SendAsync(Mails.Message("eva@two.example"), abandon.Token).AsTask();
            await abandon.CancelAsync();
            Assert.Equal(Interrupted, (await waits.WaitAsync(Mails.Limit)).Kind);
        }

        var last = site.SendAsync("eva@two.example");
        held.SetResult();

        Assert.Equal((Delivered, Delivered), ((await first).Kind, (await last).Kind));
    }

    /// <summary>Else each domain of a dead host would hold its few connections for half a minute, one after the other.</summary>
    [Fact]
    public async Task SendAsync_HostAnswersNobody_OtherDestinationsTakeItsWordAndGoElsewhere()
    {
        var time = new Microsoft.Extensions.Time.Testing.FakeTimeProvider();
        await using var site = new RouteSite();
        var silent = new TaskCompletionSource();
        var mute = site.Serve(2, SmtpScript.Empty.Signal(silent).Hang(), RouteSite.Endless);
        site.Serve(3);
        site.Dns.Mx("one.example", 10, "a.test").Address("a.test", "127.0.0.2")
            .Mx("two.example", 10, "b.test").Address("b.test", "127.0.0.2").Mx("two.example", 20, "c.test").Address("c.test", "127.0.0.3");
        site.Start(site.Direct(), One, time);

        // 1. One finds out.
        var first = site.SendAsync("eva@one.example");
        await silent.Task.WaitAsync(Mails.Limit);
        while (!first.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(10));
            await Task.WhenAny(first, Task.Delay(10, TestContext.Current.CancellationToken));
        }

        // 2. Another believes it.
        var second = await site.SendAsync("eva@two.example");
        var knocks = mute.Connections;

        // 3. Not for long.
        time.Advance(Dispatcher.Smtp.Routing.Direct.MuteHosts.Believed);
        var third = await site.SendAsync("eva@one.example");

        Assert.Equal((Deferred, Delivered, $"c.test[127.0.0.3]:{site.Port} (mx)"), ((await first).Kind, second.Kind, second.AcceptedBy));
        Assert.Equal((1, Delivered), (knocks, third.Kind));
    }

    [Fact]
    public async Task Ask_DestinationWaitsForAHost_HoldsTheOthersOfIt()
    {
        await using var site = new RouteSite();
        var (begun, held) = (new TaskCompletionSource(), new TaskCompletionSource());
        site.Serve(2, SmtpScript.Greeted.AcceptEnvelope().Signal(begun).WaitFor(held.Task).ReadContent().Send("250 taken\r\n").Hang(), RouteSite.Endless);
        site.Dns.Mx("one.example", 10, "a.test").Address("a.test", "127.0.0.2").Mx("two.example", 10, "b.test").Address("b.test", "127.0.0.2");
        site.Start(site.Direct(), One);
        var query = new Core.Sending.Routes.RouteQuery("t", "s.example", [], "m");
        var first = site.SendAsync("eva@one.example");
        await begun.Task.WaitAsync(Mails.Limit);

        var second = site.SendAsync("eva@two.example");
        using var limit = new CancellationTokenSource(Mails.Limit);
        while (site.Transport.Ask(query, "two.example") is null)
        {
            await Task.Delay(5, limit.Token);
        }

        var wait = site.Transport.Ask(query, "two.example");
        held.SetResult();

        Assert.True(wait is { IsTrouble: false });
        Assert.Equal((Delivered, Delivered), ((await first).Kind, (await second).Kind));
        Assert.Null(site.Transport.Ask(query, "two.example"));
    }

    /// <summary>Hosts that end connections at any time, refuse some and are shared at random: nobody waits for what is free.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task SendAsync_HostsSharedAtRandomThatBreakDown_EveryMessageHasAnOutcome(int seed)
    {
        await using var site = new RouteSite();
        var random = new Random(seed);
        for (var host = 2; host < 7; host++)
        {
            site.Serve(host, [.. Enumerable.Range(0, 40).Select(_ => Fragile(random.Next(4))), RouteSite.Endless]);
            site.Dns.Address($"h{host}.test", $"127.0.0.{host}");
        }

        for (var domain = 0; domain < 20; domain++)
        {
            var hosts = Enumerable.Range(2, 5).ToArray();
            random.Shuffle(hosts);
            foreach (var host in hosts.Take(random.Next(1, 4)))
            {
                site.Dns.Mx($"d{domain}.example", (ushort)random.Next(1, 3), $"h{host}.test");
            }
        }

        site.Start(site.Direct(), One, configure: options => options.Connections = 4);

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 300).Select(i => site.SendAsync($"eva@d{i % 20}.example")));

        Assert.All(outcomes, outcome => Assert.NotEqual(Unset, outcome.Kind));
        Assert.Contains(outcomes, outcome => outcome.Kind == Delivered);
    }

    /// <summary>Takes a few messages and hangs up, or does not greet.</summary>
    private static SmtpScript Fragile(int messages) => messages == 0 ? SmtpScript.Empty.Send("421 4.3.2 closed\r\n")
        : Enumerable.Range(0, messages).Aggregate(SmtpScript.Greeted, (script, _) => script.AcceptMessage()).Reset();
}
