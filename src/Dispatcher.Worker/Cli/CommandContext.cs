using System.CommandLine;
using Dispatcher.Worker.Settings;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Worker.Cli;

/// <summary>What a running command has at hand.</summary>
internal sealed class CommandContext(CliEnvironment environment, DispatcherSettings settings, ParseResult parsed, CommandOutput output)
    : IAsyncDisposable
{
    private ServiceProvider? _services;

    public CliEnvironment Environment => environment;

    public DispatcherSettings Settings => settings;

    public CommandOutput Output => output;

    public T? Value<T>(Option<T> option) => parsed.GetValue(option);

    /// <summary>Null: it was left out.</summary>
    public T? Optional<T>(Argument<T?> argument) => parsed.GetValue(argument);

    public T Value<T>(Argument<T> argument) => parsed.GetRequiredValue(argument);

    /// <summary>A store or another service; the container is built at the first call.</summary>
    public T Service<T>()
        where T : notnull =>
        (_services ??= Hosting.CommandServices.Build(environment, settings.Configuration)).GetRequiredService<T>();

    public async ValueTask DisposeAsync()
    {
        if (_services is not null)
        {
            await _services.DisposeAsync();
        }
    }
}
