using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary>What every <c>suppress</c> command answers: how things stand now.</summary>
internal static class SuppressAnswer
{
    public static void Write(CommandContext context, string tenant, string address, bool suppressed, string? reason)
    {
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { tenant, address, suppressed, reason });
        }
        else
        {
            context.Output.Line(suppressed
                ? $"{tenant} must not write to {Cell.Plain(address)}: {Cell.Plain(reason)}"
                : $"{tenant} may write to {Cell.Plain(address)}");
        }
    }
}
