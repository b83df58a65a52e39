using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;
using Dispatcher.Smtp.Replies;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp;

/// <summary>Outcomes that no reply told us: faults of the wire and our own refusals.</summary>
internal static class Outcomes
{
    /// <summary>We refuse by ourselves: nothing went out.</summary>
    /// <param name="reason">Of <c>reasons.tsv</c>; null: none of those.</param>
    public static DeliveryOutcome Refused(Status status, string text, string? reason = null) =>
        new() { Kind = OutcomeKind.Rejected, Status = status, Reason = reason, Text = ReplyText.Clean(text) };

    public static DeliveryOutcome Interrupted(string text) => new() { Kind = OutcomeKind.Interrupted, Text = text };

    /// <summary>No connection: the whole endpoint is in doubt.</summary>
    public static DeliveryOutcome Unreachable(string text) =>
        new() { Kind = OutcomeKind.Deferred, Scope = OutcomeScope.Endpoint, NoConnection = true, Text = ReplyText.Clean(text) };

    /// <summary>A fault before the session has begun: the endpoint is in doubt.</summary>
    /// <param name="where">Such as "at STARTTLS".</param>
    public static DeliveryOutcome LostAtStart(string where, WireFault fault) =>
        fault == WireFault.Abandoned ? Interrupted($"stopped {where}") : NoAnswer($"{Describe(fault)} {where}");

    /// <summary>Nobody answers there, or no longer: as <c>unreachable</c> of <c>reasons.tsv</c>.</summary>
    public static DeliveryOutcome NoAnswer(string text) => Unreachable(text) with { RetryClass = RetryClass.ServerTrouble, Reason = "unreachable" };

    /// <summary>A fault before the final dot: nothing was taken.</summary>
    public static DeliveryOutcome LostBeforeDot(SmtpStage stage, WireFault fault) =>
        stage <= SmtpStage.Hello ? LostAtStart($"at {Name(stage)}", fault)
        : fault == WireFault.Abandoned ? Interrupted($"stopped at {Name(stage)}")
        : new()
        {
            Kind = OutcomeKind.Deferred,
            Scope = OutcomeScope.Connection,
            RetryClass = RetryClass.ServerTrouble,
            Reason = "unreachable",
            Text = $"{Describe(fault)} at {Name(stage)}",
        };

    /// <summary>A fault after the final dot may have been written: the peer may have taken the message.</summary>
    public static DeliveryOutcome LostAfterDot(WireFault fault) => new()
    {
        Kind = OutcomeKind.Uncertain,
        Scope = OutcomeScope.Connection,
        Text = $"{Describe(fault)} after the final dot",
    };

    private static string Describe(WireFault fault) => fault switch
    {
        WireFault.Closed => "connection lost",
        WireFault.TimedOut => "no answer in time",
        WireFault.Malformed => "malformed or unasked reply",
        WireFault.Abandoned => "stopped",
        _ => throw new ArgumentOutOfRangeException(nameof(fault), fault, "Not a fault."),
    };

    private static string Name(SmtpStage stage) => stage switch
    {
        SmtpStage.Greeting => "greeting",
        SmtpStage.Hello => "EHLO",
        SmtpStage.Mail => "MAIL",
        SmtpStage.Rcpt => "RCPT",
        _ => "DATA",
    };
}
