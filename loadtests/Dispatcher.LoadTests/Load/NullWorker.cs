using Dispatcher.Core;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Sending;
using Dispatcher.Core.Templates;
using Dispatcher.Redis;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace Dispatcher.LoadTests.Load;

/// <summary>The product's worker, pipeline and all, with a transport that takes every message and throws it away.</summary>
internal sealed class NullWorker : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly NullTransport _transport = new();

    public NullWorker(string redis, int visitEntries, int claimBatch)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddConfiguration(Engine.Settings(redis, visitEntries));
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?> { ["Worker:ClaimBatch"] = $"{claimBatch}" });
        builder.Services.AddDispatcherCore(builder.Configuration);
        builder.Services.AddRedisStores(builder.Configuration);
        builder.Services.AddSingleton<ISmtpTransport>(_transport);
        builder.Services.AddSingleton<IMessageComposer, NullComposer>();
        builder.Services.AddSingleton<ITemplateSource, OneTemplate>();
        builder.Services.AddRedisQueue();
        builder.Services.AddPipeline(builder.Configuration);
        _host = builder.Build();
    }

    public long Sent => _transport.Sent;

    public Task StartAsync(CancellationToken cancellationToken) => _host.StartAsync(cancellationToken);

    public Task StopAsync() => _host.StopAsync(CancellationToken.None);

    public async Task SentAsync(long count, CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        while (Sent < count)
        {
            await timer.WaitForNextTickAsync(cancellationToken);
        }
    }

    public ValueTask DisposeAsync()
    {
        _host.Dispose();
        return ValueTask.CompletedTask;
    }

    private sealed class NullTransport : ISmtpTransport
    {
        private long _sent;

        public int Capacity => 64;

        public long Sent => Volatile.Read(ref _sent);

        public ValueTask<DeliveryOutcome> SendAsync(OutgoingEmail message, CancellationToken abandonWork)
        {
            Interlocked.Increment(ref _sent);
            return ValueTask.FromResult(new DeliveryOutcome { Kind = OutcomeKind.Delivered, ReplyCode = 250, Text = "250 2.0.0 OK", AcceptedBy = "null:25" });
        }
    }

    private sealed class NullComposer : IMessageComposer
    {
        private static readonly byte[] Content = "Subject: none\r\n\r\n"u8.ToArray();

        public ReadOnlyMemory<byte> Compose(EmailDraft message) => Content;
    }

    private sealed class OneTemplate : ITemplateSource
    {
        private readonly Template _template = Template.Parse(
            new TemplateFiles("default", InvitationType.Service, false, "en", "Hello [Name]", null, "How was it? [Link]"));

        public Template? Find(string tenant, string templateId) => _template;
    }
}
