using System.Globalization;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;
using Dispatcher.Worker.Cli;
using Spectre.Console;

namespace Dispatcher.Worker.Control;

/// <summary>Scopes in words and as a table.</summary>
internal static class ScopeText
{
    /// <summary><c>tenant/acme</c>, <c>destination/gmail</c>, or <c>everything</c>.</summary>
    public static string Of(QueueScope scope) => scope.Name is { } name ? $"{Codes.Of(scope.Kind)}/{name}" : "everything";

    /// <summary>The limits, separated by semicolons; empty: none.</summary>
    public static string Of(TemporaryLimits? limits)
    {
        var words = new List<string>();
        if (limits?.Rate is { } rate)
        {
            words.Add(LimitText.Of(rate));
        }

        if (limits?.Concurrency is { } concurrency)
        {
            words.Add($"concurrency {Cell.Of(concurrency)}");
        }

        if (limits?.Weight is { } weight)
        {
            words.Add(string.Create(CultureInfo.InvariantCulture, $"weight {weight}"));
        }

        return string.Join("; ", words);
    }

    public static Table Table(IEnumerable<ScopeState> states)
    {
        var table = new Table().AddColumns("Scope", "Paused since", "Rate", "Concurrency", "Weight");
        foreach (var state in states)
        {
            table.AddRow(
                Cell.Of(Of(state.Scope)),
                Cell.Of(state.PausedAt),
                state.Limits?.Rate is { } rate ? LimitText.Of(rate) : "",
                state.Limits?.Concurrency is { } concurrency ? Cell.Of(concurrency) : "",
                state.Limits?.Weight?.ToString(CultureInfo.InvariantCulture) ?? "");
        }

        return table;
    }
}
