using System.CommandLine;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Commands;

/// <summary>What every <c>suppress</c> command answers: how things stand now.</summary>
internal static class SuppressAnswer
{
    /// <summary>Of every tenant instead of one.</summary>
    public static Option<bool> Everybody() => new("--everybody") { Description = "For every tenant." };

    /// <exception cref="UsageException">Neither or both were given.</exception>
    public static void NeedOne(CommandContext context, Option<string?> tenant, Option<bool> everybody)
    {
        if (context.Value(tenant) is null != context.Value(everybody))
        {
            throw new UsageException("Say for whom: --tenant TENANT, or --everybody.");
        }
    }

    /// <param name="tenant">Null: every tenant.</param>
    public static void Write(CommandContext context, string? tenant, string address, bool suppressed, string? reason)
    {
        if (context.Output.Json)
        {
            context.Output.WriteJson(new { tenant, address, suppressed, reason });
        }
        else
        {
            context.Output.Line(suppressed
                ? $"{tenant ?? "Everybody"} must not write to {Cell.Plain(address)}: {Cell.Plain(reason)}"
                : $"{tenant ?? "Everybody"} may write to {Cell.Plain(address)}");
        }
    }
}
