using System.Net.Sockets;
using Dispatcher.TestKit.Mail;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary>Direct to mail exchangers that others wrote: Knot DNS says where they are, Postfix and its <c>smtp-sink</c> take the mail.</summary>
public sealed class ExchangerTests : IDisposable
{
    private const string Head = """
        $ORIGIN test.
        $TTL 300
        @ SOA ns.test. hostmaster.test. 1 3600 600 86400 60
        @ NS ns.test.
        ns A 127.0.0.1

        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(120);

    private readonly TempFolder _folder = new();

    public ExchangerTests() => Require(RealPostfix.Missing ?? SmtpSink.Missing);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Run_KnotAndPostfix_EachDomainEndsAsItsZoneSays()
    {
        // 1. Three exchangers on one port: Postfix, which knows its mailboxes, and two sinks, which take everyone.
        await using var postfix = await RealPostfix.StartAsync();
        await using var one = await SmtpSink.StartAtAsync("127.0.0.41", postfix.Port);
        await using var two = await SmtpSink.StartAtAsync("127.0.0.42", postfix.Port);
        await using var knot = await KnotServer.StartAsync("test.", Head + """
            mail A 127.0.0.1
            one A 127.0.0.41
            two A 127.0.0.42
            dead A 127.0.0.43
            alias CNAME one
            postfix MX 10 mail
            prefers MX 20 two
            prefers MX 10 one
            equal MX 10 one
            equal MX 10 two
            dead-first MX 5 dead
            dead-first MX 10 two
            no-mx A 127.0.0.42
            aliased MX 10 alias
            cnamed CNAME prefers
            null MX 0 .
            null A 127.0.0.41
            lost MX 10 nowhere

            """);
        await using var site = await SiteAsync(knot, postfix.Port, "");
        await site.AddWorkerAsync();

        // 2. Thirty messages for each domain.
        string[] addresses =
        [
            "eva@postfix.test", "unknown@postfix.test", "eva@prefers.test", "eva@equal.test", "eva@dead-first.test", "eva@no-mx.test", "eva@aliased.test", "eva@cnamed.test",
            "eva@null.test", "eva@lost.test", "eva@nowhere.test",
        ];
        var (kinds, each) = (addresses.Length, 30);
        await site.ProduceAsync(0, each * kinds, tenants: 1, address: i => addresses[i % kinds].Replace("@", $"{i}@", StringComparison.Ordinal));
        var counts = await site.FinishedAsync(each * kinds, Patience);

        Assert.Equal((7 * each, 4 * each), (counts["delivered"], counts["invalid-recipient"]));

        // 3. Who took what, as the takers tell.
        await postfix.FindAsync("X-Invitation-Id: t0/n0");
        Assert.Equal(6 * each, one.Messages + two.Messages);
        Assert.InRange(one.Messages, (3 * each) + 1, (4 * each) - 1); // those of equal preference are shared by both
        string?[] takers =
        [
            "mail.test[127.0.0.1]", null, "one.test[127.0.0.41]", null, "two.test[127.0.0.42]", "no-mx.test[127.0.0.42]", "alias.test[127.0.0.41]", "one.test[127.0.0.41]",
        ];
        for (var kind = 0; kind < takers.Length; kind++)
        {
            if (takers[kind] is { } taker)
            {
                Assert.Equal($"{taker}:{postfix.Port} (mx)", (await site.RecordAsync("t0", $"n{kind}"))!.AcceptedBy);
            }
        }

        string?[] details = ["unknown-user", "null-mx", "unknown-domain", "unknown-domain"];
        int[] refused = [1, 8, 9, 10];
        for (var i = 0; i < refused.Length; i++)
        {
            Assert.Equal(details[i], (await site.RecordAsync("t0", $"n{refused[i]}"))!.Detail);
        }
    }

    [Fact]
    public async Task Run_ExchangersWithIpv6_AreFoundByTheirAaaaRecords()
    {
        Assert.SkipUnless(HasIpv6(), "no IPv6 loopback");
        await using var six = await SmtpSink.StartAtAsync("::1", FreePort.Find());
        await using var four = await SmtpSink.StartAtAsync("127.0.0.44", six.Port);
        await using var knot = await KnotServer.StartAsync("test.", Head + """
            six AAAA ::1
            both A 127.0.0.44
            both AAAA ::1
            half A 127.0.0.45
            half AAAA ::1
            only-six MX 10 six
            no-mx AAAA ::1
            chooses MX 10 both
            v4-is-dead MX 10 half

            """);
        await using var site = await SiteAsync(knot, six.Port, "");
        await site.AddWorkerAsync();

        string[] domains = ["only-six", "no-mx", "chooses", "v4-is-dead"];
        await site.ProduceAsync(0, 40, tenants: 1, address: i => $"eva{i}@{domains[i % 4]}.test");
        var counts = await site.FinishedAsync(40, Patience);

        Assert.Equal(40, counts["delivered"]);
        Assert.Equal((30, 10), (six.Messages, four.Messages)); // IPv4 goes first where it answers
        Assert.Equal($"six.test[::1]:{six.Port} (mx)", (await site.RecordAsync("t0", "n0"))!.AcceptedBy);
    }

    /// <summary>A real Postfix with a certificate that nobody knows, and one without TLS.</summary>
    [Fact]
    public async Task Run_RuleAsksForTls_OnlyThatDestinationWaits()
    {
        Require(PostfixSecurity.Missing);
        using var authority = new TestAuthority();
        using var certificate = authority.IssueExpired("somebody.else.test");
        await using var encrypting = await RealPostfix.StartAsync(new PostfixSecurity(certificate));
        await using var plain = await SmtpSink.StartAtAsync("127.0.0.46", encrypting.Port);
        await using var knot = await KnotServer.StartAsync("test.", Head + """
            mail A 127.0.0.1
            sink A 127.0.0.46
            postfix MX 10 mail
            sink MX 10 sink
            strict MX 10 sink

            """);
        await using var site = await SiteAsync(
            knot, encrypting.Port, """
            - name: strict
              domains: [strict.test]
              tls: required
            """);
        await site.AddWorkerAsync();

        string[] domains = ["postfix", "sink", "strict"];
        await site.ProduceAsync(0, 3, tenants: 1, address: i => $"eva{i}@{domains[i]}.test");
        var mail = await encrypting.FindAsync("X-Invitation-Id: t0/n0");
        var taken = await plain.FindAsync("X-Invitation-Id: t0/n1");
        var waiting = await Eventually.GetAsync(
            async () => await site.RecordAsync("t0", "n2") is { Reply: not null } record ? record : null, Patience, "a deferral");

        // Encrypted, whoever the certificate is for; in plain text where TLS is not offered; not at all where it is asked for.
        Assert.Contains("with ESMTPS", mail, StringComparison.Ordinal);
        Assert.Contains("To: ", taken, StringComparison.Ordinal);
        Assert.Equal((1, "tls-required"), (plain.Messages, waiting.Detail));
        Assert.Contains("offers no STARTTLS", waiting.Reply, StringComparison.Ordinal);
    }

    private Task<Site> SiteAsync(KnotServer knot, int port, string rules)
    {
        var (routes, shaping) = (Path.Combine(_folder.Path, "routes.yaml"), Path.Combine(_folder.Path, "shaping.yaml"));
        File.WriteAllText(routes, $"""
            routes:
            - name: mx
              kind: direct
              port: {port}
              allowLoopback: true
            default: mx
            """);
        File.WriteAllText(shaping, "default: { messagesPerConnection: 1 }\nrules:" + (rules.Length > 0 ? "\n" + rules : " []") + "\n");
        return Site.StartAsync(
            "no",
            ("Dns__Servers", $"127.0.0.1:{knot.Port}"),
            ("Smtp__RoutesFile", routes),
            ("Smtp__ShapingFile", shaping),
            ("Smtp__EhloName", "worker.example.com"));
    }

    private static void Require(string? missing)
    {
        if (missing is not null)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }
    }

    private static bool HasIpv6()
    {
        try
        {
            using var socket = new Socket(AddressFamily.InterNetworkV6, SocketType.Stream, ProtocolType.Tcp);
            socket.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.IPv6Loopback, 0));
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
