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
    private const int MaxIds = 1000;

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

    public static async Task<IResult> GetAsync(string tenant, string id, IInvitationStore store, CancellationToken cancellationToken)
    {
        var records = await store.FindAsync(tenant, id, cancellationToken);
        return records.Count == 0 ? NotFound() : Results.Json(RecordDetails.Of(records[0]));
    }

    public static async Task<IResult> EditAsync(
        string tenant, string id, JsonElement body, IInvitationStore store, CancellationToken cancellationToken)
    {
        if (RecordEdit.NameOf(body, out var name) is { } mistake)
        {
            return Problem.Of(StatusCodes.Status400BadRequest, mistake);
        }

        return await store.EditNameAsync(tenant, id, name, cancellationToken) switch
        {
            EditResult.Edited => await GetAsync(tenant, id, store, cancellationToken),
            EditResult.NotFound => NotFound(),
            EditResult.TooLate => Problem.Of(StatusCodes.Status409Conflict, "Too late: sending has begun, or it is done."),
            var other => throw new InvalidOperationException($"The store answered {other}."),
        };
    }

    public static Task<IResult> CancelAsync(string tenant, string id, IInvitationStore store, CancellationToken cancellationToken) =>
        CancelAllAsync(tenant, [id], store, cancellationToken);

    public static Task<IResult> CancelManyAsync(
        string tenant, CancelRequest request, IInvitationStore store, CancellationToken cancellationToken) =>
        request.Ids is not { Count: > 0 and <= MaxIds } || !request.Ids.All(id => Identity.IsId(id))
            ? Task.FromResult(Problem.Of(StatusCodes.Status400BadRequest, $"ids: a list of 1 to {MaxIds} ids."))
            : CancelAllAsync(tenant, [.. request.Ids.Distinct(StringComparer.Ordinal)], store, cancellationToken);

    private static async Task<IResult> CancelAllAsync(
        string tenant, IReadOnlyList<string> ids, IInvitationStore store, CancellationToken cancellationToken)
    {
        var count = await store.CancelAsync(tenant, ids, "http", cancellationToken);
        return Results.Json(new { matched = count.Matched, cancelled = count.Cancelled, tooLate = count.TooLate });
    }

    private static IResult NotFound() => Problem.Of(StatusCodes.Status404NotFound, "There is no such invitation.");
}
