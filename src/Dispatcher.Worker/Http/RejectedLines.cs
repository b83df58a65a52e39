namespace Dispatcher.Worker.Http;

/// <summary>
/// The lines of a request that were not taken: the first with their reasons, of the others only how many, for a body of 10 MB may hold
/// five million bad ones. Used by one request.
/// </summary>
internal sealed class RejectedLines
{
    /// <summary>Who has more bad lines than this mends what writes them.</summary>
    public const int Most = 1_000;

    private readonly List<RejectedLine> _told = [];

    public long Count { get; private set; }

    /// <summary>In the order of the lines, though conflicts are told later than the rest.</summary>
    public IReadOnlyList<RejectedLine> Told => [.. _told.OrderBy(rejected => rejected.Line)];

    /// <summary>Those without a reason in the answer; null: none.</summary>
    public long? More => Count > _told.Count ? Count - _told.Count : null;

    public void Add(long line, string reason)
    {
        Count++;
        if (_told.Count < Most)
        {
            _told.Add(new(line, reason));
        }
    }
}
