using System.Security.Cryptography;
using System.Text;

namespace Dispatcher.Worker.Http;

/// <summary>A key as it is remembered: only its hash, and the tenants it may act for.</summary>
/// <param name="Tenants">Null: every tenant.</param>
internal sealed record ApiKey(byte[] Hash, IReadOnlySet<string>? Tenants)
{
    public bool MayActFor(string tenant) => Tenants is null || Tenants.Contains(tenant);

    public static byte[] HashOf(string key) => SHA256.HashData(Encoding.UTF8.GetBytes(key));
}
