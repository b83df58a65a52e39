using System.Globalization;

namespace Dispatcher.Core.Text;

/// <summary>Moments as people write them in filters: ISO 8601; a date alone is its midnight, and what names no offset is UTC.</summary>
public static class IsoMoment
{
    /// <summary>The end of a sentence, for what is none.</summary>
    public const string Fault = "must be an ISO 8601 date or time such as 2026-11-22 or 2026-11-22T10:00:00Z";

    private static readonly string[] Forms =
        ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mmK", "yyyy-MM-dd'T'HH:mm:ssK", "yyyy-MM-dd'T'HH:mm:ss.FFFFFFFK"];

    /// <returns>In UTC.</returns>
    public static bool TryParse(string? text, out DateTimeOffset moment) => DateTimeOffset.TryParseExact(
        text, Forms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out moment);
}
