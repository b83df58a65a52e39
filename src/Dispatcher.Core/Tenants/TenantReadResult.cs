using Dispatcher.Core.Json;

namespace Dispatcher.Core.Tenants;

/// <summary>Tenants of one file, or every mistake in it.</summary>
public sealed record TenantReadResult : ReadResult<TenantSettings>
{
    internal TenantReadResult(ReadResult<TenantSettings> read)
        : base(read)
    {
    }

    public IReadOnlyList<TenantSettings> Tenants => Items;
}
