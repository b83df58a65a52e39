using System.Text;
using Dispatcher.Core.Text;

namespace Dispatcher.Core.States;

/// <summary>
/// Every transition there is. The scripts get this table as Lua (<see cref="ToLua"/>) and <c>docs/state-machine.md</c> as Markdown
/// (<see cref="ToMarkdown"/>), so that code and page cannot drift apart.
/// </summary>
public static class Transitions
{
    public static IReadOnlyList<Transition> All { get; } =
    [
        new("accept", [State.None], State.Queued, "intake.lua", "(tenant, id) unknown; send time is now or past", "to the tail of the tenant's queue"),
        new("schedule", [State.None], State.Scheduled, "intake.lua", "(tenant, id) unknown; send time ahead", "into `later` by send time"),
        new("promote", [State.Scheduled, State.Deferred], State.Queued, "promote.lua", "due", "from `later` to the tail of the queue"),
        new("claim", [State.Queued], State.Claimed, "claim.lua", "its tenant's turn", "into the worker's `held`"),
        new("back", [State.Claimed], State.Queued, "advance.lua, return.lua", "holder gives it back or finds its scope paused, or is dead for one lease", "to the head of the queue"),
        new("hold", [State.Claimed], State.Scheduled, "advance.lua", "holder; same revision", "into `later`; a check could not decide now"),
        new("drop", [State.Claimed], State.Final, "advance.lua", "holder; same revision", "a check objected: its status"),
        new("start", [State.Claimed], State.Sending, "advance.lua", "holder; same revision; not suppressed; nothing known against it (reference, frequency, review, allow-list, kickstart, SKUs); monthly limit not used up", "attempt + 1; reserves the month's quota, kickstart and frequency once"),
        new("unstart", [State.Sending], State.Claimed, "advance.lua", "holder; same attempt; nothing was handed to a sender", "attempt − 1; decided again, on what is known of the recipient whoever writes"),
        new("interrupt", [State.Sending], State.Queued, "advance.lua", "same attempt; nothing was taken by the peer", "attempt − 1; to the head of the queue"),
        new("defer", [State.Sending], State.Deferred, "advance.lua", "same attempt", "into `later` by the retry schedule; attempt − 1 where nobody was asked"),
        new("done", [State.Sending], State.Final, "advance.lua", "same attempt", "`delivered`, or the status of the refusal"),
        new("unsure", [State.Sending], State.Deferred, "advance.lua, return.lua", "no reply to the final dot, holder dead for four leases, or holder does not know it; policy `resend`, first time", "remembers that this attempt's outcome is unknown"),
        new("shelve", [State.Sending], State.Final, "advance.lua, return.lua", "as `unsure`, with policy `hold` or for the second time", "`internal-error`, detail `uncertain`"),
        new("settle", [State.Scheduled, State.Queued, State.Claimed, State.Sending, State.Deferred, State.Final], State.Final, "advance.lua, feedback.lua", "a late outcome of an attempt that is remembered as unknown; once a newer attempt has begun, only `delivered`; not over what says already that it was delivered", "withdraws the repeat"),
        new("report", [State.Final], State.Final, "feedback.lua", "what became of it afterwards; its status ranks above the one it has; of the newest attempt, unless it says `delivered`", "the new status"),
        new("release", [State.Final], State.Queued, "release.lua", "ended as `internal-error`; somebody says so", "to the tail of the queue; what it had reserved and given back is reserved again at the start"),
        new("poison", [State.Claimed], State.Final, "return.lua", "its workers died, twice while it was in company, then three times alone in its batch", "`internal-error`"),
        new("cancel", [State.Scheduled, State.Queued, State.Claimed, State.Deferred], State.Final, "cancel.lua, sweep.lua, advance.lua, return.lua", "not on the wire", "`cancelled`; whoever holds it is told at start. Asked for on the wire: as soon as it comes back from there untaken"),
    ];

    /// <summary>The states of what has not ended, in the order in which they follow each other.</summary>
    public static IReadOnlyList<State> Unfinished { get; } = [State.Scheduled, State.Queued, State.Claimed, State.Sending, State.Deferred];

    /// <summary>The word for a state in records and scripts.</summary>
    /// <exception cref="ArgumentOutOfRangeException"><see cref="State.None"/>, which is never stored.</exception>
    public static string Word(State state) => state == State.None
        ? throw new ArgumentOutOfRangeException(nameof(state), state, "never stored")
        : Codes.Of(state);

    /// <exception cref="FormatException">The word is of no state that is stored.</exception>
    public static State FromWord(string word) => Codes.TryParse<State>(word, out var state) && state != State.None
        ? state
        : throw new FormatException($"'{word}' is not a state");

    /// <summary>A Lua table: <c>T.start = {to='sending', from={claimed=true}}</c>.</summary>
    public static string ToLua()
    {
        var lua = new StringBuilder("local T = {\n");
        foreach (var transition in All)
        {
            var from = string.Join(",", transition.From.Where(s => s != State.None).Select(s => $"{Word(s)}=true"));
            lua.Append("  ").Append(transition.Name).Append("={to='").Append(Word(transition.To)).Append("',from={").Append(from).Append("}},\n");
        }

        return lua.Append("}\n").ToString();
    }

    /// <summary>A Markdown table, a row a transition.</summary>
    public static string ToMarkdown()
    {
        var page = new StringBuilder("| transition | from | to | script | guard | effect |\n|---|---|---|---|---|---|\n");
        foreach (var t in All)
        {
            var from = string.Join(", ", t.From.Select(s => s == State.None ? "—" : $"`{Word(s)}`"));
            page.Append("| `").Append(t.Name).Append("` | ").Append(from).Append(" | `").Append(Word(t.To)).Append("` | ")
                .Append(t.Script).Append(" | ").Append(t.Guard).Append(" | ").Append(t.Effect).Append(" |\n");
        }

        return page.ToString();
    }
}
