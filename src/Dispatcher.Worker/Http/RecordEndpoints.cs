using System.Text.Json;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Statuses;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Records;

namespace Dispatcher.Worker.Http;

/// <summary>Looking up, editing and cancelling over HTTP.</summary>
internal static class RecordEndpoints
{
    private const int MaxLimit = 10_000;
    private const string By = "http";

    public static async Task<IResult> ListAsync(
        IInvitationStore store, CancellationToken cancellationToken, string? tenant = null, string? status = null, string? search = null, int limit = 100)
    {
        var wanted = Status.Unset;
        if (!string.IsNullOrEmpty(status) && !StatusCatalog.TryParse(status, out wanted))
        {
            return Problem.Of(StatusCodes.Status400BadRequest, "status: there is no such status.");
        }

        if (limit is < 1 or > MaxLimit)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, $"limit: is 1 to {MaxLimit}.");
        }

        var filter = new RecordFilter
        {
            Tenant = string.IsNullOrEmpty(tenant) ? null : tenant,
            Status = wanted == Status.Unset ? null : wanted,
            Search = string.IsNullOrEmpty(search) ? null : search,
            Limit = limit,
        };
        var records = await store.ListAsync(filter, cancellationToken);
        return Results.Json(new { invitations = records.Select(RecordRow.Of) });
    }

    public static async Task<IResult> GetAsync(HttpContext context, string tenant, string id, IInvitationStore store, CancellationToken cancellationToken)
    {
        var records = await store.FindAsync(tenant, id, cancellationToken);
        return records.Count == 0 ? NotFound() : Results.Json(RecordDetails.Of(records[0], AnswerLanguage.Choose(context)));
    }

    public static async Task<IResult> EditAsync(
        HttpContext context, string tenant, string id, JsonElement body, IInvitationStore store, CancellationToken cancellationToken)
    {
        if (RecordEdit.NameOf(body, out var name) is { } mistake)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, mistake);
        }

        return await store.EditNameAsync(tenant, id, name, cancellationToken) switch
        {
            EditResult.Edited => await GetAsync(context, tenant, id, store, cancellationToken),
            EditResult.NotFound => NotFound(),
            EditResult.TooLate => Problem.Of(StatusCodes.Status409Conflict, "Too late: sending has begun, or it is done."),
            var other => throw new InvalidOperationException($"The store answered {other}."),
        };
    }

    public static Task<IResult> CancelAsync(string tenant, string id, IInvitationStore store, CancellationToken cancellationToken) =>
        CancelAsync(tenant, new InvitationSelection([id], null), store, cancellationToken);

    /// <summary>Back into its queue, if it was set aside.</summary>
    public static async Task<IResult> ReleaseAsync(
        HttpContext context, string tenant, string id, IInvitationStore store, CancellationToken cancellationToken) =>
        await store.ReleaseAsync(tenant, [id], By, cancellationToken) switch
        {
            { Released: > 0 } => await GetAsync(context, tenant, id, store, cancellationToken),
            { Matched: 0 } => NotFound(),
            _ => Problem.Of(StatusCodes.Status409Conflict, "Only an invitation that was set aside (internal-error) can be released."),
        };

    /// <summary>By ids, by filter, or all of the tenant. What goes by filter goes on in the workers when the client leaves.</summary>
    public static async Task<IResult> CancelManyAsync(
        string tenant, JsonElement body, IInvitationStore store, CancellationToken cancellationToken)
    {
        if (!Identity.IsTenant(tenant))
        {
            return Problem.OfTenant();
        }

        var read = InvitationSelectionReader.Read(body, tenant);
        return read.Ok
            ? await CancelAsync(tenant, read.Items[0], store, cancellationToken)
            : Problem.Of(StatusCodes.Status400BadRequest, string.Join("; ", read.Problems));
    }

    private static async Task<IResult> CancelAsync(
        string tenant, InvitationSelection selection, IInvitationStore store, CancellationToken cancellationToken)
    {
        var count = selection.Filter is { } filter
            ? await store.CancelAsync(filter, By, progress: null, cancellationToken)
            : await store.CancelAsync(tenant, selection.Ids!, By, cancellationToken);
        return Results.Json(new { matched = count.Matched, cancelled = count.Cancelled, tooLate = count.TooLate });
    }

    private static IResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "There is no such invitation.");
}
