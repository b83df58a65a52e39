using Dispatcher.Core.Replies;

namespace Dispatcher.Core.Tests.Replies;

public class ReplyLineTests
{
    [Theory]
    [InlineData("550 5.1.1 User unknown", ReplyStage.Unknown, 550, "5.1.1")]
    [InlineData("\"550-5.1.1 one\\n550 5.1.1 two\"", ReplyStage.Unknown, 550, "5.1.1")]
    [InlineData("host mx.example[192.0.2.1] said: 452 4.2.2 full (in reply to RCPT TO command)", ReplyStage.Rcpt, 452, "4.2.2")]
    [InlineData("host mx.example[192.0.2.1] said: 554 no (in reply to end of DATA command)", ReplyStage.Final, 554, "")]
    [InlineData("host mx.example[192.0.2.1] refused to talk to me: 554 no", ReplyStage.Greeting, 554, "")]
    [InlineData("SMTP error from remote mail server after RCPT TO:<a@b.example>: host mx.example [192.0.2.1]: 550 no", ReplyStage.Rcpt, 550, "")]
    [InlineData("450 4.1.1 <a@b.example>: unverified address: host mx.example[192.0.2.1] said: 550 5.1.1 no", ReplyStage.Unknown, 450, "4.1.1")]
    [InlineData("smtp; 450 4.1.1 <a@b.example>: unverified address: host mx.example[192.0.2.1] said: 550 5.1.1 no", ReplyStage.Unknown, 450, "4.1.1")]
    [InlineData("host a.example[192.0.2.1] said: 450 4.1.1 unverified: host b.example said: 550 5.1.1 no (in reply to RCPT TO command)", ReplyStage.Rcpt, 450, "4.1.1")]
    [InlineData("smtp; 550 5.7.1 no", ReplyStage.Unknown, 550, "5.7.1")]
    [InlineData("X-Postfix; unknown user: \"jane\"", ReplyStage.Unknown, 0, "")]
    [InlineData(">>> RCPT To:<a@b.example> <<< 550 5.1.1 no", ReplyStage.Rcpt, 550, "5.1.1")]
    [InlineData("sorry, no mailbox here by that name. (#5.1.1)", ReplyStage.Unknown, 0, "5.1.1")]
    [InlineData("Remote Server returned '550 5.1.10 RESOLVER.ADR.RecipientNotFound'", ReplyStage.Unknown, 550, "5.1.10")]
    [InlineData("4.4.7 expired", ReplyStage.Unknown, 0, "4.4.7")]
    [InlineData("550", ReplyStage.Unknown, 550, "")]
    [InlineData("connect to mx.example[192.0.2.1]:25: Connection timed out after 450 seconds", ReplyStage.Unknown, 0, "")]
    [InlineData("550 mail from 5.1.1.7 refused", ReplyStage.Unknown, 550, "")]
    public void Read_LineOfLogOrBounce_FindsStageAndCodes(string line, ReplyStage stage, int code, string enhanced)
    {
        var reply = ReplyLine.Read(line);

        Assert.True(reply.IsReply);
        Assert.Equal((stage, code, enhanced), (reply.Stage, reply.Code, reply.Enhanced.ToString()));
    }

    [Theory]
    [InlineData("")]
    [InlineData("   ")]
    [InlineData("12345")]
    [InlineData("--- *** ---")]
    public void Read_NothingThatAServerSays_IsNoReply(string line) => Assert.False(ReplyLine.Read(line).IsReply);

    [Fact]
    public void Classify_AnyBytes_NeverThrows()
    {
        var random = new Random(4711);
        Span<char> text = stackalloc char[300];
        for (var round = 0; round < 20_000; round++)
        {
            foreach (ref var letter in text)
            {
                letter = (char)(random.Next(4) == 0 ? random.Next(0x10000) : random.Next(32, 127));
            }

            var reply = ReplyLine.Read(text[..random.Next(text.Length)]);
            if (reply.IsReply)
            {
                Assert.NotNull(ReplyClassifier.Default.Classify(reply.Stage, reply.Code, reply.Enhanced, reply.Text).Reason);
            }
        }
    }
}
