namespace Dispatcher.Core.Addresses;

/// <summary>
/// Phone numbers in international form (ITU-T E.164): '+', then 8 to 15 digits of which the first is not 0. Pure; no allocation.
/// </summary>
public static class PhoneSyntax
{
    /// <returns>Null: well formed. Otherwise what is wrong, as the end of a sentence.</returns>
    public static string? FindFault(ReadOnlySpan<char> number) => number switch
    {
        [] => "the number is empty",
        not ['+', ..] => "the number does not begin with + and the country code",
        _ when number[1..].ContainsAnyExceptInRange('0', '9') => "the number holds something else than digits",
        ['+', '0', ..] => "the country code begins with 0",
        { Length: < 9 or > 16 } => "the number has fewer than 8 or more than 15 digits",
        _ => null,
    };
}
