namespace Dispatcher.Worker.Http;

/// <summary>Lets a request in when its key may act for the tenant in its path or query. Keys come as <c>Authorization: Bearer</c> or
/// <c>X-Api-Key</c>.</summary>
internal sealed class ApiKeyFilter(ApiKeys keys) : IEndpointFilter
{
    private const string Bearer = "Bearer ";

    public ValueTask<object?> InvokeAsync(EndpointFilterInvocationContext context, EndpointFilterDelegate next)
    {
        if (!keys.Required)
        {
            return next(context);
        }

        var request = context.HttpContext.Request;
        if (Presented(request) is not { } presented || keys.Find(presented) is not { } key)
        {
            context.HttpContext.Response.Headers.WWWAuthenticate = "Bearer";
            return ValueTask.FromResult<object?>(Problem.Of(StatusCodes.Status401Unauthorized, "Send a valid API key: Authorization: Bearer KEY."));
        }

        var tenant = request.RouteValues["tenant"] as string ?? request.Query["tenant"].ToString();
        return tenant.Length == 0 && key.Tenants is not null
            ? Refused("This key is for certain tenants: name one with ?tenant=.")
            : tenant.Length > 0 && !key.MayActFor(tenant)
                ? Refused("This key may not act for that tenant.")
                : next(context);
    }

    private static ValueTask<object?> Refused(string reason) =>
        ValueTask.FromResult<object?>(Problem.Of(StatusCodes.Status403Forbidden, reason));

    private static string? Presented(HttpRequest request)
    {
        var authorization = request.Headers.Authorization.ToString();
        var key = authorization.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? authorization[Bearer.Length..].Trim()
            : request.Headers["X-Api-Key"].ToString();
        return key.Length is > 0 and <= 1000 ? key : null;
    }
}
