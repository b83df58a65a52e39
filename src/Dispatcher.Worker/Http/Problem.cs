namespace Dispatcher.Worker.Http;

/// <summary>What a refused request is told: <c>{"reason":"…"}</c>.</summary>
internal sealed record Problem(string Reason)
{
    public static IResult Of(int status, string reason) => Results.Json(new Problem(reason), statusCode: status);

    public static IResult OfTenant() => Of(StatusCodes.Status400BadRequest, "The tenant's name is like acme or acme-2.");
}
