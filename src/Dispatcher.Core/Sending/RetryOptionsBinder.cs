using System.Globalization;
using Dispatcher.Core.Text;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace Dispatcher.Core.Sending;

/// <summary>Fills <see cref="RetryOptions"/> from configuration, where durations are written as people write them.</summary>
internal sealed class RetryOptionsBinder(IConfiguration section) : IConfigureOptions<RetryOptions>
{
    /// <exception cref="OptionsValidationException">Something can't be read; the message lists all of it.</exception>
    public void Configure(RetryOptions options)
    {
        var problems = new List<string>();
        options.Schedule = Waits("Schedule", problems) ?? options.Schedule;
        options.RateLimited = Waits("RateLimited", problems) ?? options.RateLimited;
        options.MailboxFull = Waits("MailboxFull", problems) ?? options.MailboxFull;
        options.ServerTrouble = Waits("ServerTrouble", problems) ?? options.ServerTrouble;
        // Who sets a short schedule alone need not know of this.
        options.Greylist = section["Greylist"] is { } greylist ? Duration("Greylist", greylist, problems)
            : options.Schedule is [var first, ..] && first < options.Greylist && first > TimeSpan.Zero ? first
            : options.Greylist;
        options.MaxAge = section["MaxAge"] is { } maxAge ? Duration("MaxAge", maxAge, problems) : options.MaxAge;
        if (section["Jitter"] is { } jitter)
        {
            options.Jitter = double.TryParse(jitter, NumberStyles.Float, CultureInfo.InvariantCulture, out var share) ? share : double.NaN;
        }

        if (problems.Count > 0)
        {
            throw new OptionsValidationException(Options.DefaultName, typeof(RetryOptions), problems);
        }
    }

    /// <summary>Null: not set.</summary>
    private TimeSpan[]? Waits(string key, List<string> problems) =>
        Texts(key) is { Count: > 0 } texts ? [.. texts.Select(text => Duration(key, text, problems))] : null;

    /// <summary>A list, or one text with commas.</summary>
    private List<string> Texts(string key)
    {
        var children = section.GetSection(key).GetChildren().Select(child => child.Value ?? "");
        var text = (section[key] ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return [.. text, .. children];
    }

    private static TimeSpan Duration(string key, string text, List<string> problems)
    {
        if (!DurationText.TryParse(text, out var duration))
        {
            problems.Add($"Retry:{key}: '{text}' is no duration; write 30m, 1h or 00:30:00");
        }

        return duration;
    }
}
