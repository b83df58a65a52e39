namespace Dispatcher.Worker.Http;

/// <summary>Marks an endpoint that only keys for all tenants may call, whatever tenant the request names.</summary>
internal sealed class ForAllTenants;
