using System.Text.Json;
using System.Text.Unicode;
using Dispatcher.Core.Json;

namespace Dispatcher.Core.Invitations;

/// <summary>
/// Reads an invitation as producers write it: the product specification, section 1, within the limits of the contracts, section 2. Pure;
/// safe for concurrent calls; never throws for any input.
/// </summary>
/// <remarks>
/// The door refuses what is not an invitation at all. What is one but can't be sent (an empty or malformed address, an unknown template, a
/// reference that is too long) is accepted and ends in the status that says so.
/// </remarks>
public static class InvitationReader
{
    private static readonly JsonReaderOptions Strict = new() { MaxDepth = InvitationLimits.MaxDepth };

    /// <param name="json">UTF-8 without a byte order mark: one object and nothing behind it.</param>
    /// <param name="context">What the door knows.</param>
    public static InvitationReadResult Read(ReadOnlySpan<byte> json, InvitationReadContext context)
    {
        var problems = new ProblemList();
        if (json.Length > InvitationLimits.MaxBytes)
        {
            problems.Add("", "is larger than 256 kB; shorten it");
        }
        else if (!Utf8.IsValid(json))
        {
            problems.Add("", "is not valid UTF-8; encode it as UTF-8");
        }
        else if (Parse(json, problems) is { } draft && !problems.Any)
        {
            var invitation = draft.Complete(context, problems);
            if (!problems.Any)
            {
                return new(invitation, []);
            }
        }

        return new(null, problems.All);
    }

    private static InvitationDraft? Parse(ReadOnlySpan<byte> json, ProblemList problems)
    {
        try
        {
            var reader = new MemberReader(new Utf8JsonReader(json, Strict), problems);
            if (!reader.EnterRoot())
            {
                return null;
            }

            var draft = new InvitationDraft();
            InvitationMembers.Read(ref reader, draft, problems);
            reader.ExpectEnd();
            return draft;
        }
        catch (JsonException exception)
        {
            // The exception's own message may quote the body, which may hold personal data; the place is enough.
            problems.Add("", $"is not one well-formed JSON object (line {exception.LineNumber + 1}, byte {exception.BytePositionInLine + 1})");
            return null;
        }
        catch (InvalidOperationException)
        {
            // What the reader says of text that only decoding shows to be none; each place that decodes should have reported it with its path.
            problems.Add("", "holds half of a surrogate pair, which is no Unicode text");
            return null;
        }
    }
}
