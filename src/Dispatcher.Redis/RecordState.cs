using System.Globalization;
using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.States;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;

namespace Dispatcher.Redis;

/// <summary>What of a record changes, and whose it is: its key <c>state:</c>, as <c>records.lua</c> writes it.</summary>
internal sealed record RecordState(
    State State,
    string Worker,
    int Attempt,
    DateTimeOffset? NextAttemptAt,
    string Status,
    string Tenant,
    DateTimeOffset StoredAt,
    DateTimeOffset CreatedAt,
    int Revision,
    string? EditedName,
    IReadOnlyList<TrailLine> Trail)
{
    private const int Parts = 17;

    // Of these a claim needs what comes first.
    private const int ClaimedParts = 11;
    private const char TagEnd = '\u0001';

    /// <summary>Null: not what the scripts write.</summary>
    public static RecordState? TryRead(string packed)
    {
        try
        {
            return Read(packed);
        }
        catch (Exception e) when (IsDamage(e))
        {
            return null;
        }
    }

    /// <summary>Read without the rest: what a claim needs. Null: as above.</summary>
    public static (string Tenant, int Attempt, int LastUncertain, int Revision, string? EditedName, DateTimeOffset? FirstAttempt, string RecipientHash, DateTimeOffset StoredAt)?
        TryReadClaimed(string packed)
    {
        try
        {
            return Claimed(packed);
        }
        catch (Exception e) when (IsDamage(e))
        {
            return null;
        }
    }

    // Nobody writes such a one, so that what it costs to find out does not matter.
    private static bool IsDamage(Exception e) => e is FormatException or OverflowException or ArgumentOutOfRangeException;

    private static RecordState Read(string packed)
    {
        var lines = packed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var head = lines.Length > 0 ? lines[0].Split('\t') : [];
        if (head.Length != Parts)
        {
            throw new FormatException($"a record's state has {head.Length} parts");
        }

        var state = Transitions.FromWord(head[0]);
        return new RecordState(
            state,
            head[1],
            int.Parse(head[2], CultureInfo.InvariantCulture),
            state is State.Scheduled or State.Deferred && head[3].Length > 0 ? LaneReplies.Time(head[3]) : null,
            head[4],
            head[6],
            LaneReplies.Time(head[10]),
            LaneReplies.Time(head[15].Length > 0 ? head[15] : head[10]),
            RevisionOf(head[5]),
            NameOf(head[5]),
            [.. lines.Skip(1).Select(TrailLine.Read)]);
    }

    private static (string Tenant, int Attempt, int LastUncertain, int Revision, string? EditedName, DateTimeOffset? FirstAttempt, string RecipientHash, DateTimeOffset StoredAt)
        Claimed(ReadOnlySpan<char> packed)
    {
        var head = packed[..packed.IndexOf('\n')];
        Span<Range> parts = stackalloc Range[ClaimedParts + 1];
        head.Split(parts, '\t');
        var attempt = int.Parse(head[parts[2]], CultureInfo.InvariantCulture);
        var rare = head[parts[5]];

        // An attempt that did not count is in the trail all the same; most have none.
        var first = attempt > 0 || packed[head.Length..].Contains("\tscheduled-for-later\t", StringComparison.Ordinal) ? Read(packed.ToString()).FirstAttempt : null;
        return (head[parts[6]].ToString(), attempt, LastUncertainOf(rare), RevisionOf(rare), NameOf(rare), first, head[parts[8]].ToString(), LaneReplies.Time(head[parts[10]]));
    }

    /// <summary>How the first line ends: what never changes of an invitation and a filter may ask for, and its reference.</summary>
    public static string EndOfFirstLine(NewInvitation invitation)
    {
        var traits = invitation.Traits;
        var line = new StringBuilder(128)
            .Append(Codes.Of(traits.Type)).Append('\t')
            .Append(RecordIdentity.Clean(traits.TemplateId)).Append('\t')
            .Append(RecordIdentity.Clean(traits.RecipientDomain)).Append('\t')
            .Append(invitation.ReferenceHash).Append('\t')
            .Append(CultureInfo.InvariantCulture, $"{invitation.CreatedAt?.ToUnixTimeMilliseconds()}").Append('\t');
        foreach (var tag in traits.Tags)
        {
            line.Append(RecordIdentity.Clean(tag)).Append(TagEnd);
        }

        return line.Append('\n').ToString();
    }

    /// <summary>As it is written in a note: its semicolons would end that.</summary>
    public static string NameIn(ReadOnlySpan<char> note) => note.ToString().Replace('\u0001', ';');

    /// <summary>When trying began. Where no attempt counts, one was put off at least: interrupted ones alone were none.</summary>
    public DateTimeOffset? FirstAttempt =>
        Attempt > 0 || Trail.Any(line => line.Status == "scheduled-for-later") ? Trail.FirstOrDefault(line => line.Status == "sending")?.At : null;

    private static int RevisionOf(ReadOnlySpan<char> rare) =>
        TryNote(rare, "rev=", out var value) ? int.Parse(value, CultureInfo.InvariantCulture) : 0;

    /// <summary>Of <c>un=3@worker 5@other</c> the 5; 0: there is none.</summary>
    private static int LastUncertainOf(ReadOnlySpan<char> rare)
    {
        var last = 0;
        if (TryNote(rare, "un=", out var attempts))
        {
            foreach (var part in attempts.Split(' '))
            {
                var attempt = attempts[part];
                last = Math.Max(last, int.Parse(attempt[..attempt.IndexOf('@')], CultureInfo.InvariantCulture));
            }
        }

        return last;
    }

    private static string? NameOf(ReadOnlySpan<char> rare) => TryNote(rare, "nm=", out var value) ? NameIn(value) : null;

    /// <summary>A note begins the text or stands behind a semicolon: the same letters may occur in an edited name.</summary>
    private static bool TryNote(ReadOnlySpan<char> rare, ReadOnlySpan<char> name, out ReadOnlySpan<char> value)
    {
        while (!rare.IsEmpty)
        {
            var end = rare.IndexOf(';');
            if (end < 0)
            {
                throw new FormatException("a note has no end");
            }

            if (rare.StartsWith(name))
            {
                value = rare[name.Length..end];
                return true;
            }

            rare = rare[(end + 1)..];
        }

        value = default;
        return false;
    }
}

/// <summary>One line of a record's trail; empty parts are null.</summary>
internal sealed record TrailLine(DateTimeOffset At, string Status, string By, string? Reply, string? Detail, string? TakenBy)
{
    public static TrailLine Read(string line)
    {
        var parts = line.Split('\t');
        return parts.Length == 6
            ? new TrailLine(LaneReplies.Time(parts[0]), parts[1], parts[2], Text(parts[3]), Text(parts[4]), Text(parts[5]))
            : throw new FormatException($"a line of a record's trail has {parts.Length} parts");
    }

    private static string? Text(string part) => part.Length == 0 ? null : part;
}
