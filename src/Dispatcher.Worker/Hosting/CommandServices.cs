using Dispatcher.Core;
using Dispatcher.Dns;
using Dispatcher.Redis;
using Dispatcher.Worker.Cli;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Worker.Hosting;

/// <summary>The services of a command that isn't a worker: the stores, and little else.</summary>
internal static class CommandServices
{
    /// <param name="more">A command's own additions.</param>
    public static ServiceProvider Build(CliEnvironment environment, IConfiguration configuration, Action<IServiceCollection>? more = null)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging(logging => logging.AddDispatcherLogging(configuration, environment, LogLevel.Warning));
        services.AddOptions();
        services.TryAddSingleton(environment.Time);
        services.AddRedisStores(configuration);
        services.AddDispatcherDns(configuration);
        services.AddChecksOptions(configuration);
        more?.Invoke(services);
        environment.Override(services);
        return services.BuildServiceProvider();
    }
}
