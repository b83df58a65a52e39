using System.Globalization;
using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Processes;
using static Dispatcher.Core.Sending.OutcomeKind;

namespace Dispatcher.Smtp.Tests.Fuzz;

/// <summary>Random replies, bytes, splits, cuts and silence: no hang, no exception, no socket left, every message one outcome, and never a delivery that
/// was none.</summary>
public class SmtpFuzzTests
{
    private const int Messages = 30;

    public static TheoryData<int, bool> Seeds => [.. from n in Enumerable.Range(0, 10) from pipelining in new[] { true, false } select (n, pipelining)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task SendAsync_ErraticServer_IsNeverBelievedTooMuch(int decade, bool pipelining)
    {
        for (var seed = 10 * decade; seed < 10 * (decade + 1); seed++)
        {
            await RunAsync(seed, pipelining);
        }
    }

    private static async Task RunAsync(int seed, bool pipelining)
    {
        await using var server = new ErraticServer(seed);
        await using var transport = Mails.Transport(server.Port, options => Settings(options, pipelining));
        using var abandonWork = new CancellationTokenSource();

        var next = -1;
        var outcomes = new DeliveryOutcome[Messages];
        await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => Task.Run(CallAsync))).WaitAsync(Mails.Limit);
        await Task.Yield(); // what follows must not run on a connection's loop, which could not end meanwhile
        await transport.DisposeAsync();
        await AssertNoSocketIsLeftAsync(server.Port, seed);
        await server.DisposeAsync();

        for (var n = 0; n < Messages; n++)
        {
            var taken = server.Taken.Count(content => content == Content(n).Replace("\r\n", "\n", StringComparison.Ordinal).Replace("\n.", "\n..", StringComparison.Ordinal));
            var because = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, message {n}, taken {taken} times: {outcomes[n]}");
            Assert.True(outcomes[n].Kind is Delivered or Deferred or Rejected or Uncertain or Interrupted, because);
            Assert.True(taken <= 1, because);
            Assert.True(outcomes[n].Kind != Delivered || taken == 1, because);
            Assert.True(outcomes[n].Kind != Interrupted || taken == 0, because);
        }

        // Nothing else was taken: no part of a message, nor an empty one.
        Assert.All(server.Taken, content => Assert.EndsWith("the end\n", content, StringComparison.Ordinal));

        async Task CallAsync()
        {
            while (Interlocked.Increment(ref next) is var n && n < Messages)
            {
                if (n == Messages - 5)
                {
                    await abandonWork.CancelAsync();
                }

                outcomes[n] = await transport.SendAsync(Mails.Message(content: Content(n)), n % 4 == 0 ? abandonWork.Token : CancellationToken.None);
            }
        }
    }

    private static void Settings(SmtpOptions options, bool pipelining)
    {
        (options.Connections, options.MessagesPerConnection, options.Pipelining) = (2, 7, pipelining);
        var soon = TimeSpan.FromMilliseconds(200); // silence is to end
        options.Timeouts = new() { Greeting = soon, Command = soon, Data = soon, DataBlock = soon, FinalReply = soon, Quit = soon };
    }

    // A connection that was being opened when the transport was disposed is closed a moment later.
    private static async Task AssertNoSocketIsLeftAsync(int port, int seed)
    {
        if (OperatingSystem.IsLinux())
        {
            await Eventually.GetAsync(
                () => Task.FromResult(OwnSockets.CountTo(port) == 0 ? "none" : null), Mails.Limit, string.Create(CultureInfo.InvariantCulture, $"seed {seed}: no socket left"));
        }
    }

    // Some are larger than a block.
    private static string Content(int n) => string.Create(CultureInfo.InvariantCulture, $"Subject: {n}\r\n\r\n.dot\r\n")
        + string.Concat(Enumerable.Repeat("0123456789\r\n", n % 10 == 9 ? 6_000 : 3)) + "the end\r\n";
}
