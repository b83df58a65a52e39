namespace Dispatcher.Worker.Intake;

/// <summary>What became of the lines so far. Every line that was read is in exactly one number.</summary>
/// <param name="Conflicts">Known ids with other content.</param>
/// <param name="Rejected">Lines that are no invitations.</param>
internal sealed record EnqueueCounts(long Accepted = 0, long Duplicates = 0, long Conflicts = 0, long Rejected = 0)
{
    public long Good => Accepted + Duplicates;

    public long Bad => Conflicts + Rejected;
}
