namespace Dispatcher.Core.Replies;

/// <summary>
/// Finds which of many phrases occur in a text, in one pass whose cost depends on the text's length alone: the automaton of Aho and
/// Corasick over the symbols of <see cref="ReplyWords"/>. A text that a peer chose can't make it slow. Immutable once built.
/// </summary>
internal sealed class PhraseSet
{
    private readonly ushort[] _next;
    private readonly int[] _phrase;
    private readonly ushort[] _shorter;

    /// <param name="phrases">In the form of <see cref="ReplyWords"/>; the index is the phrase's number. None empty, none twice.</param>
    public PhraseSet(IReadOnlyList<string> phrases)
    {
        var tree = new List<ushort[]> { new ushort[ReplyWords.Symbols] };
        var ends = new List<int> { -1 };
        for (var number = 0; number < phrases.Count; number++)
        {
            var state = 0;
            foreach (var letter in phrases[number])
            {
                var symbol = ReplyWords.SymbolOf(letter);
                if (tree[state][symbol] == 0)
                {
                    tree[state][symbol] = checked((ushort)tree.Count);
                    tree.Add(new ushort[ReplyWords.Symbols]);
                    ends.Add(-1);
                }

                state = tree[state][symbol];
            }

            ends[state] = number;
        }

        _next = new ushort[tree.Count * ReplyWords.Symbols];
        _phrase = [.. ends];
        _shorter = new ushort[tree.Count];
        Link(tree);
    }

    /// <summary>Sets the bit of each phrase that occurs.</summary>
    public void Find(ReadOnlySpan<byte> symbols, Span<ulong> found)
    {
        var state = 0;
        foreach (var symbol in symbols)
        {
            state = _next[(state * ReplyWords.Symbols) + symbol];
            for (int end = _phrase[state] >= 0 ? state : _shorter[state]; end != 0; end = _shorter[end])
            {
                found[_phrase[end] >> 6] |= 1UL << (_phrase[end] & 63);
            }
        }
    }

    /// <summary>Breadth first: where to go on when the next symbol does not continue the phrase, and which shorter phrase ends here too.</summary>
    private void Link(List<ushort[]> tree)
    {
        var fallback = new ushort[tree.Count];
        var queue = new Queue<int>([0]);
        while (queue.TryDequeue(out var state))
        {
            for (var symbol = 0; symbol < ReplyWords.Symbols; symbol++)
            {
                var child = tree[state][symbol];
                var other = state == 0 ? (ushort)0 : _next[(fallback[state] * ReplyWords.Symbols) + symbol];
                _next[(state * ReplyWords.Symbols) + symbol] = child == 0 ? other : child;
                if (child != 0)
                {
                    fallback[child] = other;
                    _shorter[child] = _phrase[other] >= 0 ? other : _shorter[other];
                    queue.Enqueue(child);
                }
            }
        }
    }
}
