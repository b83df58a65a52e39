using System.Collections.Frozen;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Simulators.Smtp;

/// <summary>A test address with a fixed behaviour, as mail providers offer them. The domain does not matter, a suffix makes it many
/// addresses: <c>defer+17@example.com</c>, <c>defer-17@example.com</c>.</summary>
/// <param name="Name">The local part without suffix.</param>
/// <param name="Step">Where the behaviour shows.</param>
/// <param name="Action">What happens there.</param>
/// <param name="Reply">The reply line; empty where none is given.</param>
/// <param name="FirstTimeOnly">True: an address that was met before is accepted.</param>
/// <param name="FirstStatus">Status of the invitation after the first attempt.</param>
/// <param name="FinalStatus">Status that it ends in, with the default retry settings.</param>
/// <param name="Description">For the README.</param>
public sealed record ScriptedMailbox(
    string Name,
    ScriptedStep Step,
    ScriptedAction Action,
    string Reply,
    bool FirstTimeOnly,
    Status FirstStatus,
    Status FinalStatus,
    string Description)
{
    private static readonly FrozenDictionary<string, ScriptedMailbox> ByName = List().ToFrozenDictionary(mailbox => mailbox.Name);

    /// <summary>Every scripted address. Any other address is accepted like <c>success</c>.</summary>
    public static IReadOnlyList<ScriptedMailbox> All { get; } = List();

    /// <summary>The script of an address; null: it has none and is accepted.</summary>
    public static ScriptedMailbox? Find(string address)
    {
        var local = address.AsSpan(0, Math.Max(address.LastIndexOf('@'), 0));
        var plus = local.IndexOf('+');
        local = plus < 0 ? local : local[..plus];

        var dash = local.LastIndexOf('-');
        if (dash > 0 && dash < local.Length - 1 && !local[(dash + 1)..].ContainsAnyExceptInRange('0', '9'))
        {
            local = local[..dash];
        }

        return local.Length is 0 or > 40 ? null : ByName.GetValueOrDefault(local.ToString().ToLowerInvariant());
    }

    private static ScriptedMailbox[] List() =>
    [
        new("success", ScriptedStep.Final, ScriptedAction.Answer, "250 2.0.0 OK", false,
            Status.Delivered, Status.Delivered, "accepts"),
        new("slow", ScriptedStep.Final, ScriptedAction.AnswerLate, "250 2.0.0 OK", false,
            Status.Delivered, Status.Delivered, "accepts after a delay (2 s by default)"),

        new("bounce", ScriptedStep.Rcpt, ScriptedAction.Answer, "550 5.1.1 User unknown", false,
            Status.InvalidRecipient, Status.InvalidRecipient, "no such mailbox"),
        new("disabled", ScriptedStep.Rcpt, ScriptedAction.Answer, "550 5.2.1 Mailbox disabled", false,
            Status.InvalidRecipient, Status.InvalidRecipient, "mailbox that was closed"),
        new("blocked", ScriptedStep.Rcpt, ScriptedAction.Answer, "550 5.7.1 Refused by policy", false,
            Status.Rejected, Status.Rejected, "refuses the sender by policy"),
        new("spam", ScriptedStep.Final, ScriptedAction.Answer, "554 5.7.1 Looks like spam", false,
            Status.Rejected, Status.Rejected, "refuses the content"),
        new("toobig", ScriptedStep.Final, ScriptedAction.Answer, "552 5.3.4 Message too big", false,
            Status.Rejected, Status.Rejected, "refuses the size"),
        new("broken", ScriptedStep.Rcpt, ScriptedAction.Answer, "554 5.3.0 Mail system out of order", false,
            Status.RecipientServerProblem, Status.RecipientServerProblem, "server that is out of order for good"),

        new("full", ScriptedStep.Rcpt, ScriptedAction.Answer, "452 4.2.2 Mailbox full", false,
            Status.ScheduledForLater, Status.RecipientServerProblem, "full mailbox, every time, until the retries end"),
        new("defer", ScriptedStep.Rcpt, ScriptedAction.Answer, "451 4.3.0 Try again", true,
            Status.ScheduledForLater, Status.Delivered, "busy the first time, then accepts"),
        new("greylist", ScriptedStep.Rcpt, ScriptedAction.Answer, "450 4.7.1 Greylisted", true,
            Status.ScheduledForLater, Status.Delivered, "greylists the first time, then accepts"),
        new("throttle", ScriptedStep.Rcpt, ScriptedAction.Answer, "550 5.7.1 Too many messages, try again later", true,
            Status.ScheduledForLater, Status.Delivered, "rate limit spoken as 550 the first time, then accepts"),
        new("ratelimit", ScriptedStep.Rcpt, ScriptedAction.AnswerAndClose, "421 4.7.0 Too many messages", true,
            Status.ScheduledForLater, Status.Delivered, "rate limit and a closed connection the first time, then accepts"),

        new("drop-before-data", ScriptedStep.Data, ScriptedAction.Close, "", true,
            Status.ScheduledForLater, Status.Delivered, "closes at DATA the first time, then accepts"),
        new("drop-once-after-data", ScriptedStep.Final, ScriptedAction.TakeAndClose, "", true,
            Status.ScheduledForLater, Status.Delivered, "takes it and closes without a reply the first time, then accepts: arrives twice"),
        new("drop-after-data", ScriptedStep.Final, ScriptedAction.TakeAndClose, "", false,
            Status.ScheduledForLater, Status.InternalError, "takes the message and closes without a reply, every time: uncertain"),
    ];
}

/// <summary>Where in a transaction a script shows.</summary>
public enum ScriptedStep
{
    Rcpt = 0,
    Data,

    /// <summary>After the final dot.</summary>
    Final,
}

/// <summary>What a script does at its step.</summary>
public enum ScriptedAction
{
    Answer = 0,
    AnswerLate,
    AnswerAndClose,
    Close,

    /// <summary>Keeps the message and closes without a reply.</summary>
    TakeAndClose,
}
