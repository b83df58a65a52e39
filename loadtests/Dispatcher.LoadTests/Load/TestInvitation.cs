using System.Globalization;
using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;

namespace Dispatcher.LoadTests.Load;

/// <summary>Invitations of a given size whose id says their number: <c>n17</c>. Read and put together as every door does.</summary>
internal static class TestInvitation
{
    public static NewInvitation Create(string tenant, int number, int bodyBytes, string domain = "example.com", string template = "")
    {
        var head = string.Create(
            CultureInfo.InvariantCulture,
            $$"""{"tenant":"{{tenant}}","id":"n{{number}}","recipient":{"name":"Eva Example","email":"n{{number}}@{{domain}}"},"referenceNumber":"order-{{number}}",{{(template.Length > 0 ? $"\"templateId\":\"{template}\"," : "")}}"filler":""");
        var body = Encoding.UTF8.GetBytes(head + "\"" + new string('x', Math.Max(0, bodyBytes - head.Length - 3)) + "\"}");
        var now = TimeProvider.System.GetUtcNow();
        var read = InvitationReader.Read(body, new InvitationReadContext(tenant, "", now));
        return read.Ok ? NewInvitationFactory.Create(body, read.Invitation, now) : throw new InvalidOperationException(read.Reason);
    }

    public static int NumberOf(string id) => int.Parse(id.AsSpan(1), CultureInfo.InvariantCulture);

    /// <summary>Names of a fixed length, so that memory and time do not depend on the number.</summary>
    public static string Tenant(int number) => string.Create(CultureInfo.InvariantCulture, $"tenant-{number:000000}");
}
