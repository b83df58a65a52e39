using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using static Dispatcher.Smtp.Replies.SmtpStage;

namespace Dispatcher.Smtp.Replies;

/// <summary>What replies mean: the one table from SMTP to outcomes and statuses. The first row that matches decides.</summary>
/// <remarks>
/// The reply code says whether to try again (RFC 5321 4.2.1), the enhanced code whose fault it is (RFC 3463 3), the text only helps where
/// servers are known to say something else than they mean. In doubt a message is deferred: it can still be rejected later.
/// </remarks>
public static class ReplyTable
{
    private static readonly string[] RateWords =
    [
        "rate limit", "rate-limit", "ratelimit", "throttl", "too many messages", "too many connections", "too many requests",
        "too many emails", "too much mail", "receiving mail at a rate", "receiving mail too quickly", "sending rate", "try again later",
        "try later", "retry later", "temporarily deferred", "temporarily rejected", "temporarily unavailable",
    ];

    private static readonly string[] GreyWords = ["greylist", "graylist", "grey-list", "gray-list", "grey list", "gray list"];

    private static readonly string[] RelayWords =
        ["relay access denied", "relaying denied", "relay not permitted", "unable to relay", "relay denied", "not permitted to relay"];

    private static readonly string[] FullWords = ["mailbox full", "mailbox is full", "over quota", "quota exceeded", "exceeded storage"];

    private static readonly string[] UnknownUserWords =
    [
        "user unknown", "unknown user", "no such user", "no such recipient", "no such mailbox", "unknown recipient", "recipient unknown",
        "recipient not found", "user not found", "mailbox not found", "does not exist", "doesn't exist", "doesn't have a",
        "unknown local", "invalid recipient", "invalid mailbox", "no mailbox here", "unrouteable address", "account disabled",
        "account is disabled", "mailbox disabled",
    ];

    private static readonly string[] PolicyWords =
    [
        "spam", "blacklist", "blocklist", "block list", "black list", "blocked", "banned", "policy", "reputation", "dnsbl", "dmarc",
        "spf ", "dkim", "content rejected", "message rejected", "access denied", "not authorized", "unsolicited",
    ];

    /// <summary>The rows, in the order in which they are asked.</summary>
    public static IReadOnlyList<ReplyRule> Rules { get; } =
    [
        new() { Reason = "accepted", LowestCode = 200, HighestCode = 299, Stages = [Final], Kind = OutcomeKind.Delivered },

        // Neither yes nor no where the content is already theirs: they may have taken it.
        Deferred("out-of-place", 300, 399) with { Stages = [Final], Kind = OutcomeKind.Uncertain, Scope = OutcomeScope.Connection },
        Deferred("out-of-place", 200, 399) with { Scope = OutcomeScope.Connection },

        // ---- temporary ----
        Deferred("closing", 421, 421) with { Scope = OutcomeScope.Connection },
        Deferred("greylisted", 400, 499) with { Words = GreyWords, RetryClass = RetryClass.Greylisted },
        Deferred("rate-limit", 400, 499) with { Words = RateWords },
        Deferred("greylisted", 450, 451) with { Enhanced = ["4.7.1"], Stages = [Rcpt, Data, Final], RetryClass = RetryClass.Greylisted },
        Deferred("mailbox-full", 400, 499) with { Enhanced = ["4.2.2"] },
        Deferred("not-now", 400, 499) with { Stages = [Greeting, Hello], Scope = OutcomeScope.Endpoint },
        Deferred("system-trouble", 400, 499) with { Stages = [Mail], Enhanced = ["4.3."], Scope = OutcomeScope.Endpoint },
        Deferred("not-now", 400, 499),

        // ---- permanent, but about us or the relay: no recipient is to blame, and an operator can repair it in time ----
        Deferred("authentication", 500, 599) with { Codes = [530, 534, 535, 538], Scope = OutcomeScope.Endpoint },
        Deferred("refused-us", 500, 599) with { Stages = [Greeting, Hello], Scope = OutcomeScope.Endpoint },
        Deferred("relay-denied", 500, 599) with
        {
            Words = RelayWords,
            Scope = OutcomeScope.Endpoint,
        },
        Deferred("bad-sequence", 503, 503) with { Scope = OutcomeScope.Connection },
        Deferred("command-refused", 500, 599) with { Codes = [500, 502, 504], Scope = OutcomeScope.Endpoint },

        // The code says never, the enhanced code says later. Believing "later" costs a few attempts, the other an invitation.
        Deferred("mixed", 500, 599) with { Enhanced = ["4."] },

        // ---- permanent, about the message or its sender ----
        Rejected("too-big", Status.Rejected) with { Enhanced = ["5.3.4", "5.2.3"] },
        Rejected("sender-address", Status.InvalidSenderAddress) with { Enhanced = ["5.1.7", "5.1.8"] },
        Rejected("too-big", Status.Rejected) with { Codes = [552], Stages = [Mail] },
        Deferred("refused-us", 500, 599) with { Stages = [Mail], Scope = OutcomeScope.Endpoint },

        // ---- permanent, about the recipient ----
        Rejected("unknown-user", Status.InvalidRecipient) with { Enhanced = ["5.1."] },

        // One large host answers so for addresses that it does not have, although X.4.1 is "no answer from host".
        Rejected("unknown-user", Status.InvalidRecipient) with { Enhanced = ["5.4.1"], Words = ["recipient address rejected"] },

        // Before 5.2.1 and 5.7.x: some hosts speak a rate limit as 550 5.2.1 or 550 5.7.1.
        Deferred("rate-limit", 500, 599) with { Words = RateWords },
        Deferred("greylisted", 500, 599) with { Words = GreyWords, RetryClass = RetryClass.Greylisted },
        Rejected("mailbox-disabled", Status.InvalidRecipient) with { Enhanced = ["5.2.1"] },
        Rejected("mailbox-full", Status.Rejected) with { Enhanced = ["5.2.2"] },
        Rejected("policy", Status.Rejected) with { Enhanced = ["5.7.", "5.6."] },
        Rejected("recipient-server", Status.RecipientServerProblem) with { Enhanced = ["5.3.", "5.4."] },

        // ---- permanent, without an enhanced code that tells ----
        Rejected("unknown-user", Status.InvalidRecipient) with { Words = UnknownUserWords },
        Rejected("mailbox-full", Status.Rejected) with { Words = FullWords },
        Rejected("policy", Status.Rejected) with { Words = PolicyWords },
        Rejected("unknown-user", Status.InvalidRecipient) with { Stages = [Rcpt], Codes = [501, 550, 551, 553] },
        Rejected("refused", Status.Rejected),
    ];

    /// <summary>The row that decides about a reply.</summary>
    public static ReplyRule Find(SmtpStage stage, SmtpReply reply)
    {
        var text = reply.Text.ToLowerInvariant();
        return Rules.First(rule => rule.Matches(stage, reply, text));
    }

    /// <summary>What a reply that ends an attempt means. 2xx is a delivery only at <see cref="Final"/>.</summary>
    public static DeliveryOutcome Map(SmtpStage stage, SmtpReply reply)
    {
        var rule = Find(stage, reply);
        return new DeliveryOutcome
        {
            Kind = rule.Kind,
            Status = rule.Status,
            Scope = rule.Scope,
            RetryClass = rule.RetryClass,
            RetryAfter = rule.Kind == OutcomeKind.Deferred ? NamedWait.Find(reply.Text.ToLowerInvariant()) : null,
            ReplyCode = reply.Code,
            EnhancedCode = reply.EnhancedCode,
            Text = ReplyText.Of(reply),
        };
    }

    private static ReplyRule Deferred(string reason, int lowest, int highest) =>
        new() { Reason = reason, LowestCode = lowest, HighestCode = highest, Kind = OutcomeKind.Deferred };

    private static ReplyRule Rejected(string reason, Status status) =>
        new() { Reason = reason, LowestCode = 500, HighestCode = 599, Kind = OutcomeKind.Rejected, Status = status };
}
