namespace Dispatcher.Core.Replies;

/// <summary>Which replies have a reason: a row of <c>replies.tsv</c>. Conditions that are empty always hold.</summary>
public sealed record ReplyRow
{
    public required ReplyReason Reason { get; init; }

    /// <summary>Codes such as 550, and 4 and 5 for all of 4xx and 5xx.</summary>
    public IReadOnlyList<int> Codes { get; init; } = [];

    public IReadOnlyList<EnhancedPattern> Enhanced { get; init; } = [];

    public IReadOnlyList<ReplyStage> Stages { get; init; } = [];

    /// <summary>Alternatives, each a list of phrases that must all occur.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Words { get; init; } = [];

    /// <summary>Who says so; <c>any</c>: many.</summary>
    public required string Provider { get; init; }

    /// <summary>Where the text is documented or was seen.</summary>
    public required string Source { get; init; }

    /// <summary>Line of the file, for messages.</summary>
    public int Line { get; init; }

    /// <summary>Everything but the words, which the classifier has looked up already.</summary>
    internal bool Fits(ReplyStage stage, int code, EnhancedStatus enhanced) =>
        (Codes.Count == 0 || HasCode(code)) && (Stages.Count == 0 || HasStage(stage)) && (Enhanced.Count == 0 || HasEnhanced(enhanced));

    private bool HasCode(int code)
    {
        foreach (var wanted in Codes)
        {
            if (code == wanted || code / 100 == wanted)
            {
                return true;
            }
        }

        return false;
    }

    private bool HasStage(ReplyStage stage)
    {
        foreach (var wanted in Stages)
        {
            if (stage == wanted)
            {
                return true;
            }
        }

        return false;
    }

    private bool HasEnhanced(EnhancedStatus enhanced)
    {
        foreach (var pattern in Enhanced)
        {
            if (pattern.Matches(enhanced))
            {
                return true;
            }
        }

        return false;
    }
}
