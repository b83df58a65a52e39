using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Intake;
using Dispatcher.Worker.Lists;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Dispatcher.Worker.Http;

/// <summary>A tenant's allow-list and catalogue over HTTP. An upload is read as it comes, and is in force when it has come whole.</summary>
internal static class ListEndpoints
{
    /// <summary>About five million addresses.</summary>
    private const long LargestUpload = 256L * 1024 * 1024;

    public static Delegate Put(TenantList list) => async (HttpContext context, string tenant, IListStore store) =>
        !Identity.IsTenant(tenant) ? Problem.OfTenant()
        : await PutAsync(context, ListRules.Of(list), (entries, cancellationToken) => store.ReplaceAsync(list, tenant, entries, progress: null, cancellationToken));

    public static Delegate Get(TenantList list) => async (string tenant, IListStore store, CancellationToken cancellationToken) =>
        !Identity.IsTenant(tenant) ? Problem.OfTenant()
        : await store.SizeAsync(list, tenant, cancellationToken) is { } size ? Results.Json(new { size })
        : Problem.Of(StatusCodes.Status404NotFound, "The tenant has no such list.");

    public static Delegate Delete(TenantList list) => async (string tenant, IListStore store, CancellationToken cancellationToken) =>
        !Identity.IsTenant(tenant) ? Problem.OfTenant()
        : await store.ClearAsync(list, tenant, cancellationToken) ? Results.NoContent()
        : Problem.Of(StatusCodes.Status404NotFound, "The tenant has no such list.");

    /// <summary>Reads the body as a list and puts it in the place of the one in force.</summary>
    public static async Task<IResult> PutAsync(
        HttpContext context, ListRules rules, Func<IAsyncEnumerable<string>, CancellationToken, ValueTask<long>> replace)
    {
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = LargestUpload;
        }

        var rejected = new RejectedLines();
        var file = new ListFile(new LineReader(context.Request.BodyReader, ListFile.LongestLine), rules, rejected.Add);
        try
        {
            var size = await replace(file.ReadAllAsync(context.RequestAborted), context.RequestAborted);
            return Results.Json(new { size, bad = rejected.Count, rejected = rejected.Told });
        }
        catch (InvalidDataException exception)
        {
            return Problem.Of(StatusCodes.Status413PayloadTooLarge, exception.Message);
        }
    }
}
