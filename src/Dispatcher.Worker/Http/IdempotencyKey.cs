using System.Globalization;
using System.Text;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Worker.Http;

/// <summary>Derives ids from a request's <c>Idempotency-Key</c> and the line, so that the same request again is the same invitations.</summary>
internal static class IdempotencyKey
{
    public const string Header = "Idempotency-Key";

    public const int Longest = 200;

    /// <returns>False: the header is there and can't be used.</returns>
    public static bool TryRead(HttpRequest request, out string? key)
    {
        key = request.Headers[Header].ToString();
        if (key.Length == 0)
        {
            key = null;
            return true;
        }

        return key.Length <= Longest && !key.Any(char.IsControl);
    }

    public static string IdOf(string key, long line) =>
        "k-" + RecordKey.OfContent(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{key}\n{line}")));
}
