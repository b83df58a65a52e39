using System.Diagnostics.Metrics;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Metrics;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dispatcher.Core.Tests.Pipeline;

/// <summary>The real pipeline over a lane and a transport in memory.</summary>
internal sealed class Worker : IAsyncDisposable
{
    private readonly ServiceProvider _services;

    public Worker(FakeLane lane, FakeTransport transport, TenantSettings? tenant = null, PipelineOptions? options = null, ISpfEvaluator? spf = null, IDestinationGate? gate = null, string? verpKeyFile = null, TimeProvider? time = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Retry:Jitter"] = "0",
            ["Smtp:VerpKeyFile"] = verpKeyFile,
            ["Checks:SendingAddresses"] = spf is null ? null : "192.0.2.1",
            ["Worker:DrainTimeout"] = (options ?? new PipelineOptions()).DrainTimeout.ToString(),
        }).Build();
        var services = new ServiceCollection();
        services.AddLogging();
        services.AddSingleton(time ?? TimeProvider.System);
        services.AddDispatcherMetrics();
        services.AddDispatcherCore(configuration);
        services.AddPipeline(configuration);
        services.AddSingleton<IReadOnlyList<ILane>>([lane]);
        services.AddSingleton<ISmtpTransport>(transport);
        services.AddSingleton<IMessageComposer, PlainComposer>();
        services.AddSingleton<ITemplateSource, OneTemplate>();
        services.AddSingleton<ITenantDirectory>(new OneTenant(tenant ?? TenantSettings.Default("acme")));
        services.AddSingleton(LeaseOptions.Of(TimeSpan.FromSeconds(5)));
        services.AddSingleton<IHostApplicationLifetime, Lifetime>();
        if (spf is not null)
        {
            services.AddSingleton(spf);
        }

        if (gate is not null)
        {
            services.AddSingleton(gate);
        }

        _services = services.BuildServiceProvider();
        Pipeline = _services.GetRequiredService<WorkerPipeline>();
    }

    public WorkerPipeline Pipeline { get; }

    public static async Task<Worker> StartAsync(FakeLane lane, FakeTransport transport, TenantSettings? tenant = null, PipelineOptions? options = null, ISpfEvaluator? spf = null, IDestinationGate? gate = null, string? verpKeyFile = null, TimeProvider? time = null)
    {
        var worker = new Worker(lane, transport, tenant, options, spf, gate, verpKeyFile, time);
        await worker.Pipeline.StartAsync(default);
        return worker;
    }

    public Task StopAsync() => Pipeline.StopAsync(default).WaitAsync(TimeSpan.FromSeconds(20));

    public async ValueTask DisposeAsync()
    {
        if (!Pipeline.Draining)
        {
            await StopAsync();
        }

        await _services.DisposeAsync();
    }

    private sealed class PlainComposer : IMessageComposer
    {
        public ReadOnlyMemory<byte> Compose(EmailDraft message) => System.Text.Encoding.UTF8.GetBytes($"To: {message.ToName}\r\n\r\n");
    }

    private sealed class OneTemplate : ITemplateSource
    {
        private readonly Template _template = Template.Parse(
            new TemplateFiles("default", InvitationType.Service, false, "en", "Hello [Name]", null, "[Link]"));

        public Template? Find(string tenant, string templateId) => templateId == "default" ? _template : null;
    }

    private sealed class OneTenant(TenantSettings settings) : ITenantDirectory
    {
        public TenantSettings Get(string tenant) => settings;
    }

    private sealed class Lifetime : IHostApplicationLifetime
    {
        public CancellationToken ApplicationStarted => default;
        public CancellationToken ApplicationStopping => default;
        public CancellationToken ApplicationStopped => default;

        public void StopApplication()
        {
        }
    }
}
