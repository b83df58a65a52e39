using Dispatcher.Core;
using Dispatcher.Core.Pipeline;
using Dispatcher.Dns;
using Dispatcher.Redis;
using Dispatcher.Smtp;
using Dispatcher.Worker.Cli;
using Dispatcher.Worker.Files;
using Dispatcher.Worker.Http;
using Dispatcher.Worker.Settings;
using Dispatcher.Worker.Templates;
using Microsoft.Extensions.DependencyInjection.Extensions;

namespace Dispatcher.Worker.Hosting;

/// <summary>The composition root: what a worker is made of, in the order in which it starts. The pipeline drains first; then it all stops in the opposite order.</summary>
internal static class WorkerHost
{
    /// <summary>On top of the drain budget: for the last flush and HTTP.</summary>
    private static readonly TimeSpan AfterDrain = TimeSpan.FromSeconds(10);

    public static WebApplication Build(CliEnvironment environment, DispatcherSettings settings)
    {
        // 0. Values that are no numbers or times: binding would stop at the first.
        WorkerStart.Refuse(SettingConversions.Mistakes(settings.Configuration));

        // 1. An empty host: everything that it reads and does stands here.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = environment.BaseFolder });
        builder.Configuration.AddConfiguration(settings.Configuration);
        builder.Logging.AddDispatcherLogging(settings.Configuration, environment, LogLevel.Information);
        var drain = settings.Configuration.GetValue(PipelineOptions.DrainTimeoutKey, new PipelineOptions().DrainTimeout);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = drain + AfterDrain);
        builder.Services.TryAddSingleton(environment.Time);

        // 2. The stages.
        builder.Services.AddSettingsFilesAtStart(settings.Configuration);
        builder.Services.AddDispatcherCore(settings.Configuration);
        builder.Services.AddDispatcherDns(settings.Configuration);
        builder.Services.AddTemplateFolder(settings.Configuration);
        builder.Services.AddRedisStores(settings.Configuration);
        builder.Services.AddSmtpSender(settings.Configuration, SmtpFiles.Format);
        builder.Services.AddRedisQueue();
        builder.Services.AddPipeline(settings.Configuration);

        // 3. The door for HTTP.
        builder.Services.AddHttpDoor(settings.Configuration);
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = AddEndpoint.LargestBody;
        });
        builder.WebHost.UseUrls(HttpUrls.Split(settings.Configuration["Http:Urls"] ?? new HttpOptions().Urls));

        environment.Override(builder.Services);
        var application = builder.Build();
        application.UseHttpDoor();
        return application;
    }
}
