using Dispatcher.Core.Invitations;

namespace Dispatcher.Core.Templates;

/// <summary>
/// The table of the specification, section 3: what is required and allowed by type. A reminder follows the service column.
/// </summary>
internal static class PlaceholderRules
{
    private static readonly string[] Names = Enum.GetNames<Placeholder>()[1..];

    public static Placeholder Required(InvitationType type) =>
        type == InvitationType.Product ? Placeholder.Products : Placeholder.Link;

    public static bool IsAllowed(Placeholder placeholder, InvitationType type) =>
        type != InvitationType.Product || placeholder is not (Placeholder.Link or Placeholder.Stars);

    /// <summary>A block of HTML rather than a piece of text: has no place inside a tag.</summary>
    public static bool IsBlock(Placeholder placeholder) =>
        placeholder is Placeholder.Stars or Placeholder.Products or Placeholder.LegalNotice;

    public static bool IsUrl(Placeholder placeholder) => placeholder is Placeholder.Link or Placeholder.UnsubscribeLink;

    public static Placeholder Find(ReadOnlySpan<char> name)
    {
        for (var index = 0; index < Names.Length; index++)
        {
            if (name.SequenceEqual(Names[index]))
            {
                return (Placeholder)(index + 1);
            }
        }

        return Placeholder.None;
    }

    /// <returns>The placeholder that was probably meant; null: none is near.</returns>
    public static string? Nearest(ReadOnlySpan<char> token) => Text.NearestName.Find(token, Names);
}
