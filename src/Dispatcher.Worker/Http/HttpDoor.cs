using System.Text.Encodings.Web;
using System.Text.Json;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Metrics;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Mvc;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace Dispatcher.Worker.Http;

/// <summary>The HTTP side of a worker: contracts section 3, health and metrics.</summary>
internal static class HttpDoor
{
    private const string Ready = "ready";
    private static readonly TimeSpan LongestRequest = TimeSpan.FromSeconds(60);

    /// <summary>Of a command by filter, which looks at every record.</summary>
    private static readonly TimeSpan LongestSweep = TimeSpan.FromMinutes(10);

    public static IServiceCollection AddHttpDoor(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddOptions<HttpOptions>().Bind(configuration.GetSection(HttpOptions.Section)).ValidateDataAnnotations().ValidateOnStart();
        services.AddSingleton<IValidateOptions<HttpOptions>, HttpOptionsValidator>();
        services.AddSingleton<ApiKeys>();
        services.AddRouting();
        services.AddRequestTimeouts(timeouts => timeouts.DefaultPolicy = new() { Timeout = LongestRequest });
        services.AddHealthChecks()
            .AddCheck<QueueHealthCheck>("queue", tags: [Ready])
            .AddCheck<RouteHealthCheck>("route", tags: [Ready]);
        services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true); // HttpFailures answers with the reason.
        services.ConfigureHttpJsonOptions(json => json.SerializerOptions.Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping);
        services.AddDispatcherMetricsExport();
        return services;
    }

    public static void UseHttpDoor(this WebApplication application)
    {
        application.UseMiddleware<HttpFailures>();
        application.UseRouting();
        application.UseRequestTimeouts();
        application.UseWhen(context => context.Request.Path.StartsWithSegments("/api"), api => api.UseMiddleware<ApiKeyGate>());
        application.MapHealthChecks("/health/live", new HealthCheckOptions { Predicate = _ => false, ResponseWriter = WriteAsync });
        application.MapHealthChecks("/health/ready", new HealthCheckOptions { Predicate = check => check.Tags.Contains(Ready), ResponseWriter = WriteAsync });
        application.MapDispatcherMetrics();

        var api = application.MapGroup("/api/v1");
        api.MapPost("/tenants/{tenant}/invitations", AddEndpoint.HandleAsync);
        api.MapPost("/tenants/{tenant}/invitations/cancel", RecordEndpoints.CancelManyAsync).WithRequestTimeout(LongestSweep);
        api.MapGet("/tenants/{tenant}/invitations/{id}", RecordEndpoints.GetAsync);
        api.MapPatch("/tenants/{tenant}/invitations/{id}", RecordEndpoints.EditAsync).WithMetadata(new RequestSizeLimitAttribute(RecordEdit.LargestBody));
        api.MapPost("/tenants/{tenant}/invitations/{id}/cancel", RecordEndpoints.CancelAsync);
        api.MapPost("/tenants/{tenant}/invitations/{id}/release", RecordEndpoints.ReleaseAsync);
        api.MapGet("/invitations", RecordEndpoints.ListAsync);
        api.MapPost("/feedback", FeedbackEndpoint.HandleAsync);
        foreach (var (path, list) in new[] { ("allow-list", TenantList.Allow), ("skus", TenantList.Skus) })
        {
            api.MapPut("/tenants/{tenant}/" + path, ListEndpoints.Put(list)).WithRequestTimeout(LongestSweep);
            api.MapGet("/tenants/{tenant}/" + path, ListEndpoints.Get(list));
            api.MapDelete("/tenants/{tenant}/" + path, ListEndpoints.Delete(list));
        }

        api.MapPut("/block-list", BlockListEndpoints.PutAsync).WithMetadata(new ForAllTenants()).WithRequestTimeout(LongestSweep);
        api.MapGet("/block-list", BlockListEndpoints.GetAsync).WithMetadata(new ForAllTenants());
        api.MapDelete("/block-list", BlockListEndpoints.ClearAsync).WithMetadata(new ForAllTenants());
        api.MapPut("/block-list/{domain}", BlockListEndpoints.AddOneAsync).WithMetadata(new ForAllTenants());
        api.MapGet("/block-list/{domain}", BlockListEndpoints.GetOneAsync).WithMetadata(new ForAllTenants());
        api.MapDelete("/block-list/{domain}", BlockListEndpoints.RemoveOneAsync).WithMetadata(new ForAllTenants());
        api.MapPost("/tenants/{tenant}/pause", ControlEndpoints.PauseAsync);
        api.MapPost("/tenants/{tenant}/resume", ControlEndpoints.ResumeAsync);
        api.MapGet("/control", ControlEndpoints.ListAsync).WithMetadata(new ForAllTenants());
    }

    private static Task WriteAsync(HttpContext context, HealthReport report) => context.Response.WriteAsJsonAsync(
        new { status = report.Status == HealthStatus.Healthy ? "ok" : "failing", checks = Reasons(report) }, JsonSerializerOptions.Web);

    private static Dictionary<string, string> Reasons(HealthReport report) =>
        report.Entries.ToDictionary(entry => entry.Key, entry => entry.Value.Description ?? "ok");
}
