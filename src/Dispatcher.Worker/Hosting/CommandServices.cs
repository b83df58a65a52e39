using Dispatcher.Redis;
using Dispatcher.Worker.Cli;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Worker.Hosting;

/// <summary>The services of a command that isn't a worker: the stores, and little else.</summary>
internal static class CommandServices
{
    public static ServiceProvider Build(CliEnvironment environment, IConfiguration configuration)
    {
        var services = new ServiceCollection();
        services.AddSingleton(configuration);
        services.AddLogging(logging => logging.AddDispatcherLogging(configuration, environment, LogLevel.Warning));
        services.AddOptions();
        services.TryAddSingleton(environment.Time);
        services.AddRedisStores(configuration);
        environment.Override(services);
        return services.BuildServiceProvider();
    }
}
