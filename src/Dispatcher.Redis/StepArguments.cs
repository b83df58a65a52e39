using System.Globalization;
using System.Text;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;

namespace Dispatcher.Redis;

/// <summary>A step as <c>advance.lua</c> reads it: one argument, parts by tabs. Arguments cost Redis more than text does.</summary>
internal static class StepArguments
{
    /// <exception cref="InvalidOperationException">A step without a kind: a bug.</exception>
    public static string Of(Step step) => step.Kind switch
    {
        StepKind.Start => Join(step, step.Attempt, Revision(step), Delay(step), step.Month, step.MonthlyLimit, Guards(step.Guards)),
        StepKind.Drop => Join(step, Revision(step), StatusOf(step), Text(step.Detail)),
        StepKind.Hold => Join(step, Revision(step), Delay(step), Text(step.Detail)),
        StepKind.Wait => Join(step, Revision(step), Delay(step)),
        StepKind.Back => Join(step),
        StepKind.Unstart => Join(step, step.Attempt),
        StepKind.Interrupt or StepKind.Unsure => Join(step, step.Attempt, Text(step.Reply)),
        StepKind.Defer => Join(step, step.Attempt, Delay(step), Text(step.Detail), Text(step.Reply)),
        StepKind.Done => Join(step, step.Attempt, StatusOf(step), Text(step.Detail), Text(step.Reply), Text(step.AcceptedBy), step.Suppress is { } span ? (long)span.TotalMilliseconds : null),
        _ => throw new InvalidOperationException($"a step of kind {step.Kind} is a bug"),
    };

    private static string Join(Step step, params ReadOnlySpan<object?> parts)
    {
        var line = new StringBuilder(Codes.Of(step.Kind), 128).Append('\t').Append(step.Key);
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
