using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Intake;

/// <summary>Tells people about the first bad lines and sums up the rest; tells programs about all.</summary>
internal sealed class BadLineReport(CommandOutput output)
{
    private const int Shown = 20;

    private long _count;

    public void Add(long line, string reason)
    {
        _count++;
        if (output.Json)
        {
            output.WriteJson(new { line, reason });
        }
        else if (_count <= Shown)
        {
            output.ErrorLine($"line {line}: {Cell.Plain(reason)}");
        }
    }

    /// <summary>Call once, at the end.</summary>
    public void Sum()
    {
        if (!output.Json && _count > Shown)
        {
            output.ErrorLine($"… and {_count - Shown:N0} more bad lines; --json lists them all.");
        }
    }
}
