using System.CommandLine;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Worker.Cli;

/// <summary>Reads a status code, and helps with a mistyped one.</summary>
internal static class StatusOption
{
    public static Option<string?> Create() => new("--status")
    {
        Description = "Only those in this status, for example delivered or limit-reached.",
        HelpName = "STATUS",
    };

    /// <returns>Null: every status.</returns>
    /// <exception cref="UsageException">There is no such status.</exception>
    public static Status? Parse(string? code)
    {
        if (code is null)
        {
            return null;
        }

        if (StatusCatalog.TryParse(code, out var status))
        {
            return status;
        }

        var codes = StatusCatalog.All.Select(info => info.Code).ToArray();
        throw new UsageException(codes.FirstOrDefault(known => Letters(known) == NearestName.Find(code, codes.Select(Letters))) is { } near
            ? $"There is no status '{Cell.Plain(code)}'; did you mean '{near}'?"
            : $"There is no status '{Cell.Plain(code)}'. Statuses are: {string.Join(", ", codes)}.");
    }

    private static string Letters(string code) => code.Replace("-", "", StringComparison.Ordinal);
}
