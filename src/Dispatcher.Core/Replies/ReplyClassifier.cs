using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Replies;

/// <summary>
/// Says what a reply means, by <c>replies.tsv</c> (which replies have which reason; the first row that fits decides) and
/// <c>reasons.tsv</c> (what follows from a reason). The same for replies on the wire and for texts in bounces. Safe for concurrent calls.
/// </summary>
/// <remarks>
/// The code says whether to try again (RFC 5321 4.2.1), enhanced code and text say why. Cost is linear in the text's length, of which at
/// most 2,048 characters are looked at.
/// </remarks>
public sealed class ReplyClassifier
{
    private static readonly Lazy<ReplyClassifier> Loaded = new(() => new(ReplyData.LoadEmbedded()));

    private readonly ReplyRow[] _rows;
    private readonly int[][][] _words; // row, alternative, numbers of phrases
    private readonly int[][] _rowsOfPhrase;
    private readonly ulong[] _wordless; // bits of the rows that ask for no words
    private readonly PhraseSet _phrases;
    private readonly int _phraseBits;
    private readonly ReplyReason _accepted;
    private readonly ReplyReason _outOfPlace;
    private readonly ReplyReason _senderAddress;
    private readonly ReplyReason _refusedUs;

    /// <param name="data">Valid: the last rows of it fit everything.</param>
    internal ReplyClassifier(ReplyData data)
    {
        _rows = [.. data.Rows];
        _accepted = data.Reason("accepted");
        _outOfPlace = data.Reason("out-of-place");
        _senderAddress = data.Reason("sender-address");
        _refusedUs = data.Reason("refused-us");
        var numbers = new Dictionary<string, int>(StringComparer.Ordinal);
        _words = [.. _rows.Select(row => row.Words.Select(all => all.Select(phrase => Number(numbers, phrase)).ToArray()).ToArray())];
        _phrases = new PhraseSet([.. numbers.OrderBy(pair => pair.Value).Select(pair => pair.Key)]);
        _phraseBits = (numbers.Count + 63) / 64;
        _rowsOfPhrase = [.. Enumerable.Range(0, numbers.Count).Select(number => RowsWith(number))];
        _wordless = new ulong[(_rows.Length + 63) / 64];
        for (var row = 0; row < _rows.Length; row++)
        {
            if (_words[row].Length == 0)
            {
                _wordless[row >> 6] |= 1UL << (row & 63);
            }
        }
    }

    /// <summary>The product's table, loaded at the first use.</summary>
    public static ReplyClassifier Default => Loaded.Value;

    /// <summary>Of the row that fits everything.</summary>
    public const string LastReason = "refused";

    /// <summary>The rows in the order in which they are asked.</summary>
    public IReadOnlyList<ReplyRow> Rows => _rows;

    /// <param name="stage">What was answered; unknown for a bounce that does not say.</param>
    /// <param name="code">200 to 599; 0: none is known.</param>
    /// <param name="enhanced">None when there was none.</param>
    /// <param name="text">What was said, with or without the codes.</param>
    public ReplyVerdict Classify(ReplyStage stage, int code, EnhancedStatus enhanced, ReadOnlySpan<char> text)
    {
        var kind = code > 0 ? code / 100 : enhanced.Class;
        if (kind is 2 or 3)
        {
            return Positive(stage, code);
        }

        var reason = Find(stage, code, enhanced, text).Reason;
        var verdict = Decide(stage == ReplyStage.Mail ? AtMail(reason) : reason, stage, code, enhanced);

        // RFC 5321 3.8: whatever its text says, a server that answers 421 closes the connection.
        return code == 421 && verdict.Scope == OutcomeScope.Message ? verdict with { Scope = OutcomeScope.Connection } : verdict;
    }

    /// <summary>The row that decides about a refusal (4xx, 5xx, or no code).</summary>
    internal ReplyRow Find(ReplyStage stage, int code, EnhancedStatus enhanced, ReadOnlySpan<char> text)
    {
        Span<byte> symbols = stackalloc byte[ReplyWords.RoomFor(text)];
        Span<ulong> found = stackalloc ulong[_phraseBits];
        found.Clear();
        _phrases.Find(symbols[..ReplyWords.Write(text, symbols)], found);

        Span<ulong> rows = stackalloc ulong[_wordless.Length];
        _wordless.CopyTo(rows);
        for (var word = 0; word < found.Length; word++)
        {
            for (var rest = found[word]; rest != 0; rest &= rest - 1)
            {
                foreach (var row in _rowsOfPhrase[(word << 6) + System.Numerics.BitOperations.TrailingZeroCount(rest)])
                {
                    rows[row >> 6] |= 1UL << (row & 63);
                }
            }
        }

        for (var word = 0; word < rows.Length; word++)
        {
            for (var rest = rows[word]; rest != 0; rest &= rest - 1)
            {
                var row = (word << 6) + System.Numerics.BitOperations.TrailingZeroCount(rest);
                if (_rows[row].Fits(stage, code, enhanced) && HasWords(_words[row], found))
                {
                    return _rows[row];
                }
            }
        }

        throw new InvalidOperationException("The table of replies has no last row.");
    }

    /// <summary>Nobody was named yet: an address that does not exist is the sender's, a closed or full account is ours.</summary>
    private ReplyReason AtMail(ReplyReason reason) =>
        !reason.IsAboutRecipient ? reason : reason.Code is "mailbox-disabled" or "mailbox-full" ? _refusedUs : _senderAddress;

    private static bool HasWords(int[][] alternatives, ReadOnlySpan<ulong> found)
    {
        foreach (var all in alternatives)
        {
            var missing = false;
            foreach (var phrase in all)
            {
                missing |= (found[phrase >> 6] & (1UL << (phrase & 63))) == 0;
            }

            if (!missing)
            {
                return true;
            }
        }

        return alternatives.Length == 0;
    }

    private static ReplyVerdict Decide(ReplyReason reason, ReplyStage stage, int code, EnhancedStatus enhanced)
    {
        // A connection that is refused says nothing about the message that happened to be the first; the same before RCPT, if it is about us.
        if (stage is ReplyStage.Greeting or ReplyStage.Hello)
        {
            return Deferred(reason) with { Scope = reason.Scope == OutcomeScope.Connection ? OutcomeScope.Connection : OutcomeScope.Endpoint };
        }

        if (stage == ReplyStage.Mail && reason.Scope != OutcomeScope.Message)
        {
            return Deferred(reason);
        }

        // The code says never, the enhanced code says later: believing "later" costs a few attempts, the other an invitation.
        var permanent = code >= 500 ? enhanced.Class != 4 : code == 0 && enhanced.Class == 5;
        var rejected = reason.Rule switch
        {
            ReasonRule.Deferred => false,
            ReasonRule.Rejected => true,
            ReasonRule.ByCode => permanent || (code == 0 && enhanced.IsNone),
            _ => permanent,
        };
        return rejected ? new(OutcomeKind.Rejected, reason.Status, reason.Scope, default, reason.Code, reason.Hard) : Deferred(reason);
    }

    private static ReplyVerdict Deferred(ReplyReason reason) =>
        new(OutcomeKind.Deferred, Status.Unset, reason.Scope, reason.RetryClass, reason.Code, Hard: false);

    /// <summary>2xx is a delivery only after the final dot. There, 3xx is neither yes nor no, and they may have the content.</summary>
    private ReplyVerdict Positive(ReplyStage stage, int code)
    {
        var taken = stage switch
        {
            ReplyStage.Final => code is 0 or < 300,
            ReplyStage.Unknown => code is 0 or 200 or 250 or 251 or 252,
            _ => false,
        };
        return taken ? new(OutcomeKind.Delivered, Status.Unset, OutcomeScope.Message, default, _accepted.Code, false)
            : stage == ReplyStage.Final ? new(OutcomeKind.Uncertain, Status.Unset, _outOfPlace.Scope, default, _outOfPlace.Code, false)
            : Deferred(_outOfPlace);
    }

    private static int Number(Dictionary<string, int> numbers, string phrase)
    {
        if (!numbers.TryGetValue(phrase, out var number))
        {
            number = numbers.Count;
            numbers.Add(phrase, number);
        }

        return number;
    }

    private int[] RowsWith(int phrase) =>
        [.. Enumerable.Range(0, _rows.Length).Where(row => _words[row].Any(all => all.Contains(phrase)))];
}
