using System.Globalization;
using Dispatcher.Core.Storage;

namespace Dispatcher.Redis;

/// <summary>What of a record changes: its field <c>s</c>, as <c>records.lua</c> writes it.</summary>
internal sealed record RecordState(string State, string Worker, int Attempt, string Due, string Status, int Revision, IReadOnlyList<TrailLine> Trail)
{
    /// <exception cref="FormatException">Not what the scripts write.</exception>
    public static RecordState Read(string packed)
    {
        var lines = packed.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var head = lines[0].Split('\t');
        if (head.Length != 6)
        {
            throw new FormatException($"a record's state has {head.Length} parts");
        }

        return new RecordState(head[0], head[1], int.Parse(head[2], CultureInfo.InvariantCulture), head[3], head[4], Note(head[5], "rev="), [.. lines.Skip(1).Select(TrailLine.Read)]);
    }

    /// <summary>Attempts, edits and the first attempt, read without the rest: what a claim needs.</summary>
    public static (int Attempt, int Revision, DateTimeOffset? FirstAttempt) Claimed(ReadOnlySpan<char> packed)
    {
        var head = packed[..packed.IndexOf('\n')];
        Span<Range> parts = stackalloc Range[7];
        head.Split(parts, '\t');
        var attempt = int.Parse(head[parts[2]], CultureInfo.InvariantCulture);
        var rare = head[parts[5]];
        return (attempt, rare.IsEmpty ? 0 : Note(rare, "rev="), attempt == 0 ? null : Read(packed.ToString()).FirstAttempt);
    }

    public DateTimeOffset? FirstAttempt => Trail.FirstOrDefault(l => l.Status == "sending")?.At;

    private static int Note(ReadOnlySpan<char> rare, ReadOnlySpan<char> name)
    {
        var at = rare.IndexOf(name);
        if (at < 0)
        {
            return 0;
        }

        var value = rare[(at + name.Length)..];
        return int.Parse(value[..value.IndexOf(';')], CultureInfo.InvariantCulture);
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
