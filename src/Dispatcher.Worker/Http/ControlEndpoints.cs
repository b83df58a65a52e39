using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Control;
using Microsoft.AspNetCore.Mvc;

namespace Dispatcher.Worker.Http;

/// <summary>Pausing and resuming a tenant over HTTP, and what is paused or limited.</summary>
internal static class ControlEndpoints
{
    public static Task<IResult> PauseAsync(string tenant, [FromServices] IQueueControl control, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, control.PauseAsync, cancellationToken);

    public static Task<IResult> ResumeAsync(string tenant, [FromServices] IQueueControl control, CancellationToken cancellationToken) =>
        ChangeAsync(tenant, control.ResumeAsync, cancellationToken);

    public static async Task<IResult> ListAsync([FromServices] IQueueControl control, CancellationToken cancellationToken) =>
        Results.Json(new { scopes = (await control.ListAsync(cancellationToken)).Select(ScopeView.Of) });

    private static async Task<IResult> ChangeAsync(
        string tenant, Func<QueueScope, CancellationToken, ValueTask> change, CancellationToken cancellationToken)
    {
        if (!Identity.IsTenant(tenant))
        {
            return Problem.OfTenant();
        }

        await change(QueueScope.Tenant(tenant), cancellationToken);
        return Results.NoContent();
    }
}
