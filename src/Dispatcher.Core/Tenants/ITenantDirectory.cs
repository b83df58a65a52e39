namespace Dispatcher.Core.Tenants;

/// <summary>Settings of every tenant, as this process knows them now. Reads never wait; changes arrive within 2 s.</summary>
public interface ITenantDirectory
{
    /// <summary>Completes when settings were read for the first time; nothing is claimed before.</summary>
    Task Loaded => Task.CompletedTask;

    /// <summary>The tenant's settings, or the defaults when it has none.</summary>
    TenantSettings Get(string tenant);
}
