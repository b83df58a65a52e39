using Dispatcher.Core.Sending;
using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>smtp-sink's failure switches at each step: <c>-q</c> closes without a word, <c>-Q</c> with 421, <c>-r</c> refuses for now, <c>-f</c> for good.</summary>
public class SmtpSinkFaultTests
{
    public static TheoryData<string, string, OutcomeKind, bool> Cases
    {
        get
        {
            var cases = new TheoryData<string, string, OutcomeKind, bool>();
            foreach (var pipelining in new[] { true, false })
            {
                foreach (var command in new[] { "connect", "ehlo", "mail", "rcpt", "data", "." })
                {
                    // Without a reply to the dot nobody knows; a 421 is a reply.
                    cases.Add("-q", command, command == "." ? OutcomeKind.Uncertain : OutcomeKind.Deferred, pipelining);
                    cases.Add("-Q", command, OutcomeKind.Deferred, pipelining);
                }

                foreach (var command in new[] { "mail", "rcpt", "data", "." })
                {
                    cases.Add("-r", command, OutcomeKind.Deferred, pipelining);
                }

                foreach (var command in new[] { "rcpt", "." })
                {
                    cases.Add("-f", command, OutcomeKind.Rejected, pipelining);
                }
            }

            return cases;
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task SendAsync_SinkFailsAtAStep_OutcomeSaysWhatIsKnown(string how, string command, OutcomeKind expected, bool pipelining)
    {
        Peers.Require(SmtpSink.Missing);

        // At 'connect' the sink closes, and looking whether it is up counts as one: it stays up all the same.
        await using var sink = await SmtpSink.StartWithoutDumpAsync(how, command, "-B", "550 5.0.0 no", "-b", "450 4.0.0 not now");
        await using var transport = Mails.Transport(sink.Port, options => (options.Connections, options.Pipelining) = (2, pipelining));

        var outcomes = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => transport.SendAsync(Mails.Message(), CancellationToken.None).AsTask().WaitAsync(Mails.Limit)));

        Assert.All(outcomes, outcome => Assert.Equal(expected, outcome.Kind));
    }
}
