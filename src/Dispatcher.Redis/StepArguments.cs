using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>A step as <c>advance.lua</c> reads it: kind, key, and what its table ARGUMENTS names for that kind.</summary>
internal static class StepArguments
{
    public static void Append(List<RedisValue> arguments, Step step)
    {
        arguments.Add(Word(step.Kind));
        arguments.Add(step.Key);
        switch (step.Kind)
        {
            case StepKind.Start:
                arguments.AddRange([step.Attempt, Revision(step), Delay(step), Text(step.Month), step.MonthlyLimit is { } limit ? limit : ""]);
                break;
            case StepKind.Drop:
                arguments.AddRange([Revision(step), StatusOf(step), Text(step.Detail)]);
                break;
            case StepKind.Hold:
                arguments.AddRange([Revision(step), Delay(step), Text(step.Detail)]);
                break;
            case StepKind.Wait:
                arguments.AddRange([Revision(step), Delay(step)]);
                break;
            case StepKind.Back:
                break;
            case StepKind.Interrupt or StepKind.Unsure:
                arguments.AddRange([step.Attempt, Text(step.Reply)]);
                break;
            case StepKind.Defer:
                arguments.AddRange([step.Attempt, Delay(step), Text(step.Detail), Text(step.Reply)]);
                break;
            case StepKind.Done:
                arguments.AddRange([step.Attempt, StatusOf(step), Text(step.Detail), Text(step.Reply), Text(step.AcceptedBy)]);
                break;
            default:
                throw new InvalidOperationException($"a step of kind {step.Kind} is a bug");
        }
    }

    private static string Word(StepKind kind) => kind == StepKind.Unset
        ? throw new InvalidOperationException("a step without a kind is a bug")
        : Codes.Of(kind);

    private static RedisValue Revision(Step step) => step.Revision is { } revision ? revision : "";

    private static RedisValue Delay(Step step) => step.Delay is { } delay ? (long)delay.TotalMilliseconds : -1;

    private static string StatusOf(Step step) => step.Status == Status.Unset ? "" : StatusCatalog.Code(step.Status);

    private static string Text(string? text) => text ?? "";
}
