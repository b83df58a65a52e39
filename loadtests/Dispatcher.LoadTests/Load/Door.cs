using System.Text;
using StackExchange.Redis;

namespace Dispatcher.LoadTests.Load;

/// <summary>A foreign producer: plain XADD into the public door, many under way at once.</summary>
internal static class Door
{
    private const int UnderWay = 500;

    /// <param name="database">Of the Redis under test.</param>
    /// <param name="first">Number of the first invitation.</param>
    /// <param name="count">How many.</param>
    /// <param name="tenants">Shared out evenly among so many.</param>
    public static async Task ProduceAsync(IDatabase database, int first, int count, int tenants)
    {
        var adds = new List<Task>(UnderWay);
        for (var number = first; number < first + count; number++)
        {
            adds.Add(database.ExecuteAsync("XADD", (RedisKey)"dispatch:intake", "*", "invitation", Invitation(TestInvitation.Tenant(number % tenants), number)));
            if (adds.Count == UnderWay)
            {
                await Task.WhenAll(adds);
                adds.Clear();
            }
        }

        await Task.WhenAll(adds);
    }

    private static byte[] Invitation(string tenant, int number) => Encoding.UTF8.GetBytes(
        $$"""{"tenant":"{{tenant}}","id":"n{{number}}","type":"service","recipient":{"name":"Eva Example","email":"n{{number}}@example.com"},"referenceNumber":"order-{{number}}","tags":["load"]}""");
}
