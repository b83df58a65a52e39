using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Sending;

/// <summary>Reports every mistake in <see cref="RetryOptions"/> at once.</summary>
internal sealed class RetryOptionsValidator : IValidateOptions<RetryOptions>
{
    public ValidateOptionsResult Validate(string? name, RetryOptions options)
    {
        var problems = new List<string>();
        var schedule = options.Schedule;
        RequireWaits("Schedule", schedule, problems);
        RequireWaits("RateLimited", options.RateLimited, problems);
        RequireWaits("MailboxFull", options.MailboxFull, problems);
        RequireWaits("ServerTrouble", options.ServerTrouble, problems);
        Require(options.Greylist > TimeSpan.Zero, "Retry:Greylist: must be above zero", problems);
        Require(schedule.Count == 0 || options.Greylist <= schedule[0], "Retry:Greylist: must not be longer than the first wait of Retry:Schedule", problems);
        Require(options.MaxAge >= TimeSpan.FromSeconds(1) && options.MaxAge <= TimeSpan.FromDays(30), "Retry:MaxAge: must be 1 second to 30 days", problems);
        Require(options.Jitter is >= 0 and <= 0.5, "Retry:Jitter: must be 0 to 0.5", problems);
        return problems.Count == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(problems);
    }

    private static void RequireWaits(string key, IReadOnlyList<TimeSpan> waits, List<string> problems)
    {
        Require(waits.Count > 0, $"Retry:{key}: must hold one wait at least", problems);
        Require(waits.All(wait => wait > TimeSpan.Zero && wait <= TimeSpan.FromDays(7)), $"Retry:{key}: each wait must be above zero and at most 7 days", problems);
        Require(waits.Zip(waits.Skip(1)).All(pair => pair.First <= pair.Second), $"Retry:{key}: no wait may be shorter than the one before", problems);
    }

    private static void Require(bool holds, string otherwise, List<string> problems)
    {
        if (!holds)
        {
            problems.Add(otherwise);
        }
    }
}
