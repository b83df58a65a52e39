namespace Dispatcher.Worker.Http;

/// <summary>Lets a request in when its key may act for the tenant in its path or query. Keys come as <c>Authorization: Bearer</c> or
/// <c>X-Api-Key</c>. Stands before the endpoints: of a request without a key no body is read.</summary>
internal sealed class ApiKeyGate(RequestDelegate next, ApiKeys keys)
{
    private const string Bearer = "Bearer ";

    public Task InvokeAsync(HttpContext context) => Refusal(context) is { } refusal ? refusal.ExecuteAsync(context) : next(context);

    /// <returns>Null: the request may pass.</returns>
    private IResult? Refusal(HttpContext context)
    {
        if (!keys.Required)
        {
            return null;
        }

        var request = context.Request;
        if (Presented(request) is not { } presented || keys.Find(presented) is not { } key)
        {
            context.Response.Headers.WWWAuthenticate = "Bearer";
            return Problem.Of(StatusCodes.Status401Unauthorized, "Send a valid API key: Authorization: Bearer KEY.");
        }

        if (key.Tenants is not null && context.GetEndpoint()?.Metadata.GetMetadata<ForAllTenants>() is not null)
        {
            return Problem.Of(StatusCodes.Status403Forbidden, "This key is for certain tenants, and that is about all of them.");
        }

        var tenant = request.RouteValues["tenant"] as string ?? request.Query["tenant"].ToString();
        return tenant.Length == 0 && key.Tenants is not null
            ? Problem.Of(StatusCodes.Status403Forbidden, "This key is for certain tenants: name one with ?tenant=.")
            : tenant.Length > 0 && !key.MayActFor(tenant)
                ? Problem.Of(StatusCodes.Status403Forbidden, "This key may not act for that tenant.")
                : null;
    }

    private static string? Presented(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var key = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Headers["X-Api-Key"].ToString();
        return key.Length is > 0 and <= 1000 ? key : null;
    }
}
