using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Smtp.Replies;

/// <summary>One row of <see cref="ReplyTable"/>: which replies it is for, and what they mean. Empty conditions always hold.</summary>
public sealed record ReplyRule
{
    /// <summary>Short name of the cause, for example <c>unknown-user</c>.</summary>
    public required string Reason { get; init; }

    public IReadOnlyList<SmtpStage> Stages { get; init; } = [];

    public required int LowestCode { get; init; }

    public required int HighestCode { get; init; }

    /// <summary>Single codes within the range; empty: all of it.</summary>
    public IReadOnlyList<int> Codes { get; init; } = [];

    /// <summary>Enhanced codes: whole (<c>5.2.2</c>), or the beginning when it ends in a dot (<c>5.1.</c>).</summary>
    public IReadOnlyList<string> Enhanced { get; init; } = [];

    /// <summary>Lower-case words, one of which the text must contain.</summary>
    public IReadOnlyList<string> Words { get; init; } = [];

    public required OutcomeKind Kind { get; init; }

    public Status Status { get; init; }

    public OutcomeScope Scope { get; init; }

    public RetryClass RetryClass { get; init; }

    internal bool Matches(SmtpStage stage, SmtpReply reply, string lowerCaseText) =>
        reply.Code >= LowestCode && reply.Code <= HighestCode
        && (Codes.Count == 0 || Codes.Contains(reply.Code))
        && (Stages.Count == 0 || Stages.Contains(stage))
        && (Enhanced.Count == 0 || (reply.EnhancedCode is { } code && Enhanced.Any(pattern => IsLike(code, pattern))))
        && (Words.Count == 0 || Words.Any(word => lowerCaseText.Contains(word, StringComparison.Ordinal)));

    private static bool IsLike(string code, string pattern) =>
        pattern.EndsWith('.') ? code.StartsWith(pattern, StringComparison.Ordinal) : code == pattern;
}
