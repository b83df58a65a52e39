using System.Collections;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Worker.Cli;

/// <summary>What surrounds a command: its streams, environment variables, clock and, in tests, other services.</summary>
internal sealed record CliEnvironment
{
    public required TextWriter Out { get; init; }

    public required TextWriter Error { get; init; }

    /// <summary>Opens standard input; called at most once.</summary>
    public required Func<Stream> OpenInput { get; init; }

    public required bool OutIsTerminal { get; init; }

    public required bool ErrorIsTerminal { get; init; }

    public required IReadOnlyDictionary<string, string?> Variables { get; init; }

    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Where <c>appsettings.json</c> is looked for.</summary>
    public string BaseFolder { get; init; } = AppContext.BaseDirectory;

    /// <summary>Runs after all registrations, so that it can replace any of them.</summary>
    public Action<IServiceCollection> Override { get; init; } = _ => { };

    /// <summary>See https://no-color.org: any value that isn't empty switches colour off.</summary>
    public bool Colourless => Variables.TryGetValue("NO_COLOR", out var value) && !string.IsNullOrEmpty(value);

    public static CliEnvironment OfProcess() => new()
    {
        Out = Console.Out,
        Error = Console.Error,
        OpenInput = Console.OpenStandardInput,
        OutIsTerminal = !Console.IsOutputRedirected,
        ErrorIsTerminal = !Console.IsErrorRedirected,
        Variables = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>()
            .ToDictionary(entry => (string)entry.Key, entry => (string?)entry.Value, StringComparer.OrdinalIgnoreCase),
    };
}
