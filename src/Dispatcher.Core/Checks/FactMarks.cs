using System.Globalization;

namespace Dispatcher.Core.Checks;

/// <summary>What the tenant's lane says of an invitation, against it or for it, as <c>facts.lua</c> writes it. The default: nothing.</summary>
public readonly record struct FactMarks
{
    /// <summary>Who else has the invitation's reference number.</summary>
    public ReferenceUse Reference { get; init; }

    /// <summary>When another invitation went to this recipient, or is to go; null: none that is remembered.</summary>
    public DateTimeOffset? InvitedAt { get; init; }

    /// <summary>When the recipient last left a review of the tenant; null: not in the last 24 hours.</summary>
    public DateTimeOffset? ReviewedAt { get; init; }

    /// <summary>True: the tenant uploaded an allow-list, and the recipient is not on it.</summary>
    public bool Unlisted { get; init; }

    /// <summary>Number, from 1, of the first product whose SKU the tenant's catalogue does not know; 0: none. Known once a start was refused for it.</summary>
    public int UnknownSku { get; init; }

    /// <summary>True: an earlier start of it is counted in a month. It need not pay again, however full its month is.</summary>
    public bool Paid { get; init; }

    /// <summary>True: it is counted among its tenant's kickstart invitations, as above.</summary>
    public bool Kickstarted { get; init; }

    /// <summary>When the invitation was stored; null: not told. Nothing against it by itself: what can't be decided is held by its age.</summary>
    public DateTimeOffset? StoredAt { get; init; }

    /// <param name="packed">Words by blanks: <c>taken</c>, <c>again</c>, <c>invited=ms</c>, <c>reviewed=ms</c>, <c>unlisted</c>, <c>sku=n</c>, <c>paid</c>, <c>kickstarted</c>.</param>
    /// <exception cref="FormatException">Not what the script writes.</exception>
    public static FactMarks Read(ReadOnlySpan<char> packed)
    {
        var marks = default(FactMarks);
        foreach (var range in packed.Split(' '))
        {
            var word = packed[range];
            var value = word[(word.IndexOf('=') + 1)..];
            marks = word switch
            {
                "" => marks,
                "taken" => marks with { Reference = ReferenceUse.OtherRecipient },
                "again" => marks with { Reference = ReferenceUse.SameRecipient },
                "unlisted" => marks with { Unlisted = true },
                "paid" => marks with { Paid = true },
                "kickstarted" => marks with { Kickstarted = true },
                _ when word.StartsWith("invited=") => marks with { InvitedAt = Moment(value) },
                _ when word.StartsWith("reviewed=") => marks with { ReviewedAt = Moment(value) },
                _ when word.StartsWith("sku=") => marks with { UnknownSku = int.Parse(value, CultureInfo.InvariantCulture) },
                _ => throw new FormatException($"'{word}' is no fact"),
            };
        }

        return marks;
    }

    private static DateTimeOffset Moment(ReadOnlySpan<char> milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(milliseconds, CultureInfo.InvariantCulture));
}
