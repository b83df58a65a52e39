using System.Globalization;
using System.Text;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>Steps as <c>advance.lua</c> reads them: neighbours that ask for the same stand together, for a start differs from the next one in
/// its key alone, and each argument costs Redis.</summary>
internal static class StepArguments
{
    public static RedisValue[] Of(string worker, IReadOnlyList<Step> steps)
    {
        var twice = steps.Select(step => step.Key).Distinct(StringComparer.Ordinal).Count() < steps.Count;
        var arguments = new List<RedisValue>((2 * steps.Count) + 8) { worker, twice ? "1" : "" };
        var asked = steps.Select(What).ToArray();
        for (var from = 0; from < steps.Count;)
        {
            var to = from + 1;
            while (to < steps.Count && asked[to] == asked[from])
            {
                to++;
            }

            arguments.Add(asked[from]);
            arguments.Add(to - from);
            for (var n = from; n < to; n++)
            {
                arguments.Add(steps[n].Key);
            }

            for (var n = from; n < to && Says(steps[from].Kind); n++)
            {
                arguments.Add(Said(steps[n]));
            }

            from = to;
        }

        return [.. arguments];
    }

    /// <exception cref="InvalidOperationException">A step without a kind: a bug.</exception>
    private static string What(Step step) => step.Kind switch
    {
        StepKind.Start => Join(step, step.Attempt, Revision(step), Delay(step), step.Month, step.MonthlyLimit, Guards(step.Guards)),
        StepKind.Drop => Join(step, Revision(step), StatusOf(step)),
        StepKind.Hold => Join(step, Revision(step), Delay(step)),
        StepKind.Wait => Join(step, Revision(step), Delay(step), step.MonthlyRule),
        StepKind.Back => Join(step),
        StepKind.Unstart or StepKind.Interrupt or StepKind.Unsure => Join(step, step.Attempt),
        StepKind.Defer => Join(step, step.Attempt, Delay(step), step.Uncounted ? 1 : null),
        StepKind.Done => Join(step, step.Attempt, StatusOf(step), step.Suppress is { } span ? (long)span.TotalMilliseconds : null, step.Uncounted ? 1 : null),
        _ => throw new InvalidOperationException($"a step of kind {step.Kind} is a bug"),
    };

    private static bool Says(StepKind kind) => kind is not (StepKind.Start or StepKind.Unstart or StepKind.Wait or StepKind.Back);

    private static string Said(Step step) => step.Reply is null && step.Detail is null && step.AcceptedBy is null
        ? ""
        : $"{Text(step.Reply)}\t{Text(step.Detail)}\t{Text(step.AcceptedBy)}";

    private static string Join(Step step, params ReadOnlySpan<object?> parts)
    {
        var line = new StringBuilder(Codes.Of(step.Kind), 64);
        foreach (var part in parts)
        {
            line.Append(CultureInfo.InvariantCulture, $"\t{part}");
        }

        return line.ToString();
    }

    /// <summary>As <c>facts.lua</c> reads them; for most nothing.</summary>
    private static string Guards(StartGuards guards)
    {
        if (guards == default)
        {
            return "";
        }

        var line = new StringBuilder();
        if (guards.Frequency is { } interval)
        {
            line.Append(CultureInfo.InvariantCulture, $"f{(long)interval.TotalMilliseconds} ");
        }

        if (guards.AllowList)
        {
            line.Append("a ");
        }

        if (guards.Kickstarts is { } most)
        {
            line.Append(CultureInfo.InvariantCulture, $"k{most} ");
        }

        return guards.Skus is { Count: > 0 } skus
            ? line.Append('s').AppendJoin('\u0001', skus.Select(RecordIdentity.Clean)).ToString()
            : line.ToString();
    }

    private static object Revision(Step step) => step.Revision is not { } revision ? "" : step.Suppressed ? $"{revision}s" : revision;

    private static long Delay(Step step) => step.Delay is { } delay ? (long)delay.TotalMilliseconds : -1;

    private static string StatusOf(Step step) => step.Status == Status.Unset ? "" : StatusCatalog.Code(step.Status);

    private static string Text(string? text) => text is null ? "" : RecordIdentity.Clean(text);
}
