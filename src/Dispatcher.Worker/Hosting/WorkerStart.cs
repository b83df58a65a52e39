using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Settings;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Hosting;

/// <summary>Starts a host, and says in a line each what hinders it.</summary>
internal static class WorkerStart
{
    /// <exception cref="UsageException">Settings are wrong (all of them are named), or a port is taken.</exception>
    public static async Task StartAsync(WebApplication host, CancellationToken cancellationToken)
    {
        // The host would validate too, but only after it has made the services that stop at the first mistake.
        Refuse(Invalid(host.Services.GetRequiredService<IStartupValidator>()));

        try
        {
            await host.StartAsync(cancellationToken);
        }
        catch (IOException exception)
        {
            await host.StopAsync(CancellationToken.None);
            throw new UsageException($"Http:Urls: {exception.Message}");
        }
    }

    /// <exception cref="UsageException">There are mistakes; it names them all.</exception>
    public static void Refuse(IEnumerable<string> mistakes)
    {
        var lines = mistakes.Select(mistake => $"Wrong setting: {mistake}").ToArray();
        if (lines.Length > 0)
        {
            throw new UsageException(string.Join(Environment.NewLine, lines));
        }
    }

    private static IEnumerable<string> Invalid(IStartupValidator validator)
    {
        try
        {
            validator.Validate();
            return [];
        }
        catch (OptionsValidationException exception)
        {
            return SettingMistakes.Of(exception);
        }
        catch (AggregateException exception) when (exception.InnerExceptions.All(inner => inner is OptionsValidationException))
        {
            return exception.InnerExceptions.Cast<OptionsValidationException>().SelectMany(SettingMistakes.Of);
        }
    }
}
