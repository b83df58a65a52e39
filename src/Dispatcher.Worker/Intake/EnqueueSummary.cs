using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Intake;

/// <summary>The last words of <c>enqueue</c>, and its exit code.</summary>
internal static class EnqueueSummary
{
    public static int Finish(CommandOutput output, EnqueueCounts counts, bool full)
    {
        Write(output, counts, full
            ? $"The system is full (the backlog stands at Queue:MaxBacklog, or Redis at its maxmemory): {counts.Accepted:N0} went in, the rest did not. Run it again later to go on: what went in is not added twice."
            : null);
        return full ? ExitCode.Outside
            : counts.Bad == 0 ? ExitCode.Fine
            : counts.Good == 0 ? ExitCode.Usage
            : ExitCode.No;
    }

    /// <param name="remark">For people, on standard error; null: nothing to add.</param>
    public static void Write(CommandOutput output, EnqueueCounts counts, string? remark)
    {
        if (output.Json)
        {
            output.WriteJson(new
            {
                accepted = counts.Accepted,
                duplicates = counts.Duplicates,
                conflicts = counts.Conflicts,
                rejected = counts.Rejected,
            });
        }
        else
        {
            output.Line(
                $"{counts.Accepted:N0} accepted, {counts.Duplicates:N0} known already, {counts.Conflicts:N0} conflicts, {counts.Rejected:N0} rejected");
        }

        if (remark is not null)
        {
            output.ErrorLine(remark);
        }
    }
}
