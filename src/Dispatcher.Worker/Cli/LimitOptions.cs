using System.CommandLine;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Cli;

/// <summary>Options that name temporary limits, with the ranges of the files.</summary>
/// <param name="withWeight">False: destination groups have none.</param>
internal sealed class LimitOptions(bool withWeight)
{
    private readonly Option<double?> _perSecond = new Option<double?>("--per-second")
    {
        Description = "Most sends a second, over all workers.",
        HelpName = "N",
    }.Between(LimitRanges.MinPerSecond, LimitRanges.MaxPerSecond);

    private readonly Option<int?> _burst = new Option<int?>("--burst")
    {
        Description = "How many may go at once; without it one second's worth.",
        HelpName = "N",
    }.Between(1, LimitRanges.MaxBurst);

    private readonly Option<int?> _concurrency = new Option<int?>("--concurrency")
    {
        Description = "Most attempts in workers' hands at once.",
        HelpName = "N",
    }.Between(1, LimitRanges.MaxConcurrency);

    private readonly Option<double?> _weight = new Option<double?>("--weight")
    {
        Description = "Share of service against other tenants.",
        HelpName = "N",
    }.Between(LimitRanges.MinWeight, LimitRanges.MaxWeight);

    private readonly Option<bool> _clear = new("--clear") { Description = "Take temporary limits away: the settings rule again." };

    public void AddTo(Command command)
    {
        command.Add(_perSecond);
        command.Add(_burst);
        command.Add(_concurrency);
        if (withWeight)
        {
            command.Add(_weight);
        }

        command.Add(_clear);
        Option[] limits = [_perSecond, _burst, _concurrency, _weight];
        command.Validators.Add(result =>
        {
            if (result.GetResult(_burst) is not null && result.GetResult(_perSecond) is null)
            {
                result.AddError("--burst belongs to a rate: give --per-second too.");
            }

            if (result.GetResult(_clear) is not null && limits.Any(limit => result.GetResult(limit) is not null))
            {
                result.AddError("--clear takes limits away and stands alone.");
            }
        });
    }

    public bool Clear(CommandContext context) => context.Value(_clear);

    /// <returns>Null: none was given.</returns>
    public TemporaryLimits? Read(CommandContext context)
    {
        var limits = new TemporaryLimits
        {
            Rate = context.Value(_perSecond) is { } perSecond
                ? new(perSecond, context.Value(_burst) ?? LimitRanges.BurstOf(perSecond))
                : null,
            Concurrency = context.Value(_concurrency),
            Weight = withWeight ? context.Value(_weight) : null,
        };
        return limits == new TemporaryLimits() ? null : limits;
    }
}
