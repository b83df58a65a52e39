using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Smtp.Replies;
using static Dispatcher.Core.Sending.OutcomeKind;
using static Dispatcher.Core.Sending.OutcomeScope;
using static Dispatcher.Smtp.Replies.SmtpStage;

namespace Dispatcher.Smtp.Tests.Replies;

public class ReplyTableTests
{
    public static TheoryData<SmtpStage, string, OutcomeKind, Status, OutcomeScope, string> Rows { get; } = new()
    {
        { Final, "250 2.0.0 queued as 4711", Delivered, default, Message, "accepted" },
        { Final, "354 go on", Uncertain, default, Connection, "out-of-place" },
        { Mail, "354 go on", Deferred, default, Connection, "out-of-place" },
        { Data, "250 ok", Deferred, default, Connection, "out-of-place" },

        { Greeting, "421 4.3.2 closing", Deferred, default, Connection, "closing" },
        { Rcpt, "421 4.7.0 too many messages", Deferred, default, Connection, "rate-limit" },
        { Final, "421 closing", Deferred, default, Connection, "closing" },
        { Greeting, "450 busy", Deferred, default, Endpoint, "not-now" },
        { Mail, "452 4.3.1 no space", Deferred, default, Endpoint, "out-of-service" },
        { Mail, "450 4.1.8 sender domain not found now", Deferred, default, Message, "sender-address" },
        { Rcpt, "450 4.2.0 Greylisted, retry in 300 seconds", Deferred, default, Message, "greylisted" },
        { Rcpt, "451 4.7.1 please come back", Deferred, default, Message, "greylisted" },
        { Rcpt, "450 4.7.1 rate limit exceeded", Deferred, default, Message, "rate-limit" },
        { Rcpt, "452 4.2.2 mailbox full", Deferred, default, Message, "mailbox-full" },
        { Rcpt, "450 5.1.1 unknown, says the softly set server", Deferred, default, Message, "unknown-user" },
        { Final, "451 4.3.0 try again", Deferred, default, Message, "system-trouble" },

        { Greeting, "554 no service", Deferred, default, Endpoint, "refused" },
        { Hello, "550 5.7.1 bad EHLO name", Deferred, default, Endpoint, "reverse-dns" },
        { Mail, "530 5.7.0 authentication required", Deferred, default, Endpoint, "authentication" },
        { Mail, "550 5.7.1 sender not allowed", Rejected, Status.Rejected, Message, "sender-refused" },
        { Mail, "553 5.1.8 sender domain does not exist", Rejected, Status.InvalidSenderAddress, Message, "sender-address" },
        { Mail, "552 too big", Rejected, Status.Rejected, Message, "too-big" },
        { Mail, "552 5.3.4 too big", Rejected, Status.Rejected, Message, "too-big" },
        { Rcpt, "554 5.7.1 <a@b>: Relay access denied", Deferred, default, Endpoint, "relay-denied" },
        { Rcpt, "503 5.5.1 MAIL first", Deferred, default, Connection, "bad-sequence" },
        { Data, "502 5.5.1 not implemented", Deferred, default, Endpoint, "command-refused" },

        { Rcpt, "550 5.1.1 user unknown", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Rcpt, "550 5.1.1 user unknown, try again later", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Rcpt, "550 5.1.2 no such domain", Rejected, Status.InvalidRecipient, Message, "unknown-domain" },
        { Rcpt, "501 5.1.3 bad address", Rejected, Status.InvalidRecipient, Message, "invalid-syntax" },
        { Rcpt, "550 5.1.10 recipient not found", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Rcpt, "550 5.2.1 account closed", Rejected, Status.InvalidRecipient, Message, "mailbox-disabled" },
        { Rcpt, "550 5.2.1 The user is receiving mail at a rate that is too high", Deferred, default, Message, "rate-limit" },
        { Rcpt, "552 5.2.2 mailbox full", Rejected, Status.Rejected, Message, "mailbox-full" },
        { Rcpt, "550 5.4.1 Recipient address rejected: Access denied", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Rcpt, "550 5.4.4 no route", Rejected, Status.RecipientServerProblem, Message, "recipient-server" },
        { Rcpt, "554 5.3.0 out of order", Rejected, Status.RecipientServerProblem, Message, "system-trouble" },
        { Rcpt, "550 5.7.1 refused by policy", Rejected, Status.Rejected, Message, "policy" },
        { Rcpt, "550 too many messages, try again later", Deferred, default, Message, "rate-limit" },
        { Rcpt, "550 4.7.1 mixed feelings", Deferred, default, Message, "refused" },
        { Rcpt, "550 go away", Rejected, Status.Rejected, Message, "refused" },
        { Rcpt, "551 not here", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Rcpt, "553 name not allowed", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Rcpt, "550 listed on a blocklist", Rejected, Status.Rejected, Endpoint, "blocked-address" },
        { Rcpt, "554 delivery error: This user doesn't have a such.example account", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Rcpt, "552 over quota", Rejected, Status.Rejected, Message, "mailbox-full" },
        { Rcpt, "554 transaction failed", Rejected, Status.Rejected, Message, "refused" },

        { Data, "554 no valid recipients", Rejected, Status.Rejected, Message, "refused" },
        { Final, "554 5.7.1 spam", Rejected, Status.Rejected, Message, "spam-content" },
        { Final, "550 not wanted", Rejected, Status.Rejected, Message, "refused" },
        { Final, "550 5.1.1 no such user after all", Rejected, Status.InvalidRecipient, Message, "unknown-user" },
        { Final, "552 5.3.4 too big", Rejected, Status.Rejected, Message, "too-big" },
        { Final, "550 5.6.0 bad content", Rejected, Status.Rejected, Message, "content" },
    };

    [Theory]
    [MemberData(nameof(Rows))]
    public void Map_Reply_GivesOutcome(SmtpStage stage, string line, OutcomeKind kind, Status status, OutcomeScope scope, string reason)
    {
        Assert.True(SmtpReply.TryParse(line, out var reply));

        var outcome = ReplyTable.Map(stage, reply!);

        Assert.Equal((kind, status, scope, reason), (outcome.Kind, outcome.Status, outcome.Scope, outcome.Reason ?? "accepted"));
        Assert.Equal(line, outcome.Text);
    }

    [Fact]
    public void Map_EveryCodeAtEveryStage_GivesAnOutcomeThatHoldsTogether()
    {
        foreach (var stage in Enum.GetValues<SmtpStage>())
        {
            for (var code = 200; code < 600; code++)
            {
                Assert.True(SmtpReply.TryParse($"{code} something", out var reply));
                var outcome = ReplyTable.Map(stage, reply!);

                Assert.NotEqual(Unset, outcome.Kind);
                Assert.Equal(outcome.Kind == Rejected, outcome.Status != Status.Unset);
                Assert.Equal(outcome.Kind == Delivered, stage == Final && code < 300);
                Assert.False(outcome.Kind == Rejected && code < 500);
            }
        }
    }

    [Theory]
    [InlineData("450 4.2.0 Greylisted, retry in 300 seconds", 300)]
    [InlineData("451 4.7.1 Greylisting in action, please come back after 5 minutes", 300)]
    [InlineData("450 try again in 1 hour", 3600)]
    [InlineData("450 try again in 99999 hours", null)]
    [InlineData("450 try again in a while", null)]
    public void Map_TextNamesAWait_IsRetryAfter(string line, int? seconds)
    {
        Assert.True(SmtpReply.TryParse(line, out var reply));

        Assert.Equal(seconds, ReplyTable.Map(Rcpt, reply!).RetryAfter?.TotalSeconds);
    }

    [Fact]
    public void Map_Greylisting_AsksForTheShortFirstWait()
    {
        Assert.True(SmtpReply.TryParse("450 4.7.1 come back", out var reply));

        Assert.Equal(RetryClass.Greylisted, ReplyTable.Map(Rcpt, reply!).RetryClass);
    }

    [Fact]
    public void Map_HostileText_IsOneShortLineWithoutControlCharacters()
    {
        Assert.True(SmtpReply.TryParse("550-a\u0000\u001b[31mred\u202egnol\r\n550-\tb\r\n550 " + new string('x', 900), out var reply));

        var text = ReplyTable.Map(Rcpt, reply!).Text!;

        Assert.Equal(300, text.Length);
        Assert.StartsWith("550 a [31mred gnol b xxx", text, StringComparison.Ordinal);
        Assert.DoesNotContain(text, char.IsControl);
    }
}
