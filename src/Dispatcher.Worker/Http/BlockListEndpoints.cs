using Dispatcher.Core.Addresses;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Lists;

namespace Dispatcher.Worker.Http;

/// <summary>The operators' block list over HTTP: as a whole, and by domain. Each may be repeated.</summary>
internal static class BlockListEndpoints
{
    public static Task<IResult> PutAsync(HttpContext context, IBlockListStore store) => ListEndpoints.PutAsync(
        context, ListRules.BlockedDomains, (domains, cancellationToken) => store.ReplaceAsync(domains, progress: null, cancellationToken));

    public static async Task<IResult> GetAsync(IBlockListStore store, CancellationToken cancellationToken) =>
        Results.Json(new { size = await store.SizeAsync(cancellationToken) });

    public static async Task<IResult> ClearAsync(IBlockListStore store, CancellationToken cancellationToken)
    {
        await store.ClearAsync(cancellationToken);
        return Results.NoContent();
    }

    public static async Task<IResult> AddOneAsync(string domain, IBlockListStore store, CancellationToken cancellationToken)
    {
        if (Refusal(domain) is { } refusal)
        {
            return refusal;
        }

        try
        {
            await store.AddAsync([domain], cancellationToken);
            return Results.NoContent();
        }
        catch (InvalidDataException exception)
        {
            return Problem.Of(StatusCodes.Status409Conflict, exception.Message);
        }
    }

    /// <summary>What blocks it: the domain itself or one above it.</summary>
    public static async Task<IResult> GetOneAsync(string domain, IBlockListStore store, CancellationToken cancellationToken) =>
        Refusal(domain)
        ?? (await store.FindAsync(domain, cancellationToken) is { } by
            ? Results.Json(new { domain, by })
            : Problem.Of(StatusCodes.Status404NotFound, "Neither the domain nor one above it is on the list."));

    public static async Task<IResult> RemoveOneAsync(string domain, IBlockListStore store, CancellationToken cancellationToken)
    {
        if (Refusal(domain) is { } refusal)
        {
            return refusal;
        }

        await store.RemoveAsync([domain], cancellationToken);
        return Results.NoContent();
    }

    private static IResult? Refusal(string domain) =>
        DomainSyntax.FindFault(domain) is { } fault ? Problem.Of(StatusCodes.Status400BadRequest, $"{fault}.") : null;
}
