using System.Globalization;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Core.Text;

namespace Dispatcher.Redis;

/// <summary>What of a record never changes: its field <c>i</c>, parts separated by tabs. The scripts know the order too: see <c>records.lua</c>
/// and <c>rules.lua</c>.</summary>
internal readonly record struct RecordIdentity(string Tenant, string Id, DateTimeOffset StoredAt, DateTimeOffset CreatedAt, string Door)
{
    /// <exception cref="FormatException">Not what <c>intake.lua</c> writes.</exception>
    public static RecordIdentity Read(string packed)
    {
        var parts = packed.Split('\t');
        if (parts.Length < 13)
        {
            throw new FormatException($"a record's identity has {parts.Length} parts");
        }

        var stored = LaneReplies.Time(parts[6]);
        return new RecordIdentity(parts[0], parts[3], stored, parts[7].Length == 0 ? stored : LaneReplies.Time(parts[7]), parts[8]);
    }

    /// <summary>Tenant and id alone.</summary>
    public static (string Tenant, string Id) Whose(string packed)
    {
        var parts = packed.Split('\t', 5);
        return (parts[0], parts[3]);
    }

    /// <summary>The last four parts: type, template, recipient domain, tags.</summary>
    public static string Pack(InvitationTraits traits) => string.Join(
        '\t',
        Codes.Of(traits.Type),
        Clean(traits.TemplateId),
        Clean(traits.RecipientDomain),
        string.Concat(traits.Tags.Select(tag => Clean(tag) + '\n')));

    /// <summary>A part as it is packed, also for comparing: without the characters that separate parts, or any other control character.</summary>
    public static string Clean(string part) => part.AsSpan().ContainsAnyInRange('\0', '\u001f')
        ? string.Create(part.Length, part, (clean, raw) =>
        {
            for (var i = 0; i < raw.Length; i++)
            {
                clean[i] = raw[i] < ' ' ? ' ' : raw[i];
            }
        })
        : part;
}
