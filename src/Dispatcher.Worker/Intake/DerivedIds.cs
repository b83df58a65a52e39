using System.Globalization;
using System.Text;
using Dispatcher.Core.Invitations;

namespace Dispatcher.Worker.Intake;

/// <summary>
/// Ids for lines of a file that have none: <c>f-</c> and a hash of the line's content and of how many equal lines came before it. So the
/// same file again adds nothing twice, a file with lines added or moved adds only those, and two equal lines stay two invitations.
/// Remembers about 50 bytes for each line without an id.
/// </summary>
internal sealed class DerivedIds
{
    /// <summary>Stands for "no id yet" while a line is read.</summary>
    public const string Pending = "f-pending";

    private readonly Dictionary<UInt128, int> _seen = [];

    /// <param name="invitation">As it was read with <see cref="Pending"/> for an id.</param>
    /// <param name="content">Its JSON.</param>
    /// <returns>The invitation with an id: its own, else a derived one.</returns>
    public Invitation Complete(Invitation invitation, ReadOnlySpan<byte> content) =>
        invitation.Id == Pending ? invitation with { Id = Next(content) } : invitation;

    private string Next(ReadOnlySpan<byte> content)
    {
        var hash = RecordKey.OfContent(content);
        Span<byte> short128 = stackalloc byte[18];
        System.Buffers.Text.Base64Url.DecodeFromChars(hash, short128);
        var key = new UInt128(BitConverter.ToUInt64(short128), BitConverter.ToUInt64(short128[8..]));
        var occurrence = _seen[key] = _seen.GetValueOrDefault(key) + 1;
        return Of(hash, occurrence.ToString(CultureInfo.InvariantCulture));
    }

    private static string Of(string hash, string occurrence) => "f-" + RecordKey.OfContent(Encoding.ASCII.GetBytes($"{hash}\n{occurrence}"));
}
