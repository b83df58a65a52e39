using Dispatcher.Core.Text;

namespace Dispatcher.Core.Addresses;

/// <summary>Names that may be shown as a sender's. Pure; safe for concurrent calls.</summary>
public static class SenderNameSyntax
{
    /// <summary>Characters (Unicode scalar values).</summary>
    public const int MaxLength = 100;

    // The full-width and the small commercial at look the same to a reader.
    private const string Ats = "@\uFF20\uFE6B";

    /// <returns>Null: fine. Otherwise what is wrong, as the end of a sentence.</returns>
    public static string? FindFault(string name) =>
        string.IsNullOrWhiteSpace(name) ? "the sender's name is empty"
        : TextLength.Exceeds(name, MaxLength) ? "the sender's name is longer than 100 characters"
        : !CleanText.IsHarmless(name) ? "the sender's name holds control characters or marks that can't be seen"
        : HoldsAddress(name) ? "the sender's name holds an e-mail address"
        : null;

    /// <summary>An at sign with a word on both sides; "Acme @ Home" is a name.</summary>
    private static bool HoldsAddress(string name)
    {
        for (var at = name.AsSpan().IndexOfAny(Ats); at >= 0;)
        {
            if (at > 0 && at + 1 < name.Length && !char.IsWhiteSpace(name[at - 1]) && char.IsLetterOrDigit(name[at + 1]))
            {
                return true;
            }

            var next = name.AsSpan(at + 1).IndexOfAny(Ats);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return false;
    }
}
