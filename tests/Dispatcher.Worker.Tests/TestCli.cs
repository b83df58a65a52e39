using System.Text;
using System.Text.Json;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Storage;
using Dispatcher.Redis;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Tests.Fakes;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Worker.Tests;

/// <summary>Runs command lines in this process against stores in memory, and keeps what they write.</summary>
internal sealed class TestCli : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("dispatcher-cli").FullName;

    public FakeInvitationStore Store { get; } = new();

    public FakeTenantStore Tenants { get; } = new();

    public FakeSuppressionStore Suppression { get; } = new();

    public FakeFeedbackStore Feedback { get; } = new();

    public FakeListStore Lists { get; } = new();

    public FakeBlockListStore BlockList { get; } = new();

    public FakeDestinationStore Destinations { get; } = new();

    public FakeQueueControl Control { get; } = new();

    public FakeQueueDoctor Doctor { get; } = new();

    public FakeSystemStatus Status { get; } = new();

    public Dictionary<string, string?> Variables { get; } = [];

    public byte[] Input { get; set; } = [];

    public string Out { get; private set; } = "";

    public string Error { get; private set; } = "";

    public string[] Lines => Out.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The only line, or the last one, as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Lines[^1]).RootElement;

    public async Task<int> RunAsync(params string[] arguments)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await new CliApplication(Environment(output, error)).InvokeAsync(arguments, TestContext.Current.CancellationToken);
        (Out, Error) = (output.ToString(), error.ToString());
        return code;
    }

    public CliEnvironment Environment(TextWriter output, TextWriter error) => new()
    {
        Out = output,
        Error = error,
        OpenInput = () => new MemoryStream(Input),
        OutIsTerminal = false,
        ErrorIsTerminal = false,
        Variables = Variables,
        BaseFolder = _folder,
        Override = UseFakes,
    };

    public string File(string name, string content) => File(name, Encoding.UTF8.GetBytes(content));

    public string File(string name, byte[] content)
    {
        var path = Path.Combine(_folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        System.IO.File.WriteAllBytes(path, content);
        return path;
    }

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private void UseFakes(IServiceCollection services)
    {
        services.Replace(ServiceDescriptor.Singleton<IInvitationStore>(Store));
        services.Replace(ServiceDescriptor.Singleton<ITenantStore>(Tenants));
        services.Replace(ServiceDescriptor.Singleton<IDestinationStore>(Destinations));
        services.Replace(ServiceDescriptor.Singleton<IQueueControl>(Control));
        services.Replace(ServiceDescriptor.Singleton<ISuppressionStore>(Suppression));
        services.Replace(ServiceDescriptor.Singleton<IFeedbackStore>(Feedback));
        services.Replace(ServiceDescriptor.Singleton<IListStore>(Lists));
        services.Replace(ServiceDescriptor.Singleton<IBlockListStore>(BlockList));
        services.Replace(ServiceDescriptor.Singleton<IQueueDoctor>(Doctor));
        services.Replace(ServiceDescriptor.Singleton<ISystemStatus>(Status));

        // No lanes, no door, no housekeeping, and nobody at the address: a test must never work on a Redis that happens to run here.
        services.Replace(ServiceDescriptor.Singleton<IReadOnlyList<ILane>>([]));
        foreach (var door in services.Where(service => service.ImplementationType is { } type && (type == typeof(StreamIntake) || type == typeof(RedisHousekeeper))).ToList())
        {
            services.Remove(door);
        }

        services.PostConfigure<RedisOptions>(redis => redis.Configuration = "127.0.0.1:1,connectTimeout=100");
    }
}
