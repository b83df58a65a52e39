using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Text;
using StackExchange.Redis;

namespace Dispatcher.Redis;

/// <summary>A step as <c>advance.lua</c> reads it: eleven arguments.</summary>
internal static class StepArguments
{
    public static void Append(List<RedisValue> arguments, Step step)
    {
        arguments.Add(Word(step.Kind));
        arguments.Add(step.Key);
        arguments.Add(step.Attempt);
        arguments.Add(step.Revision is { } revision ? revision : "");
        arguments.Add(step.Status == Status.Unset ? "" : StatusCatalog.Code(step.Status));
        arguments.Add(step.Detail ?? "");
        arguments.Add(step.Reply ?? "");
        arguments.Add(step.AcceptedBy ?? "");
        arguments.Add(step.Delay is { } delay ? (long)delay.TotalMilliseconds : -1);
        arguments.Add(step.Month ?? "");
        arguments.Add(step.MonthlyLimit is { } limit ? limit : "");
    }

    private static string Word(StepKind kind) => kind == StepKind.Unset
        ? throw new InvalidOperationException("a step without a kind is a bug")
        : Codes.Of(kind);
}
