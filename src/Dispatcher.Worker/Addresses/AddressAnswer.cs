using System.Text.Json.Serialization;

namespace Dispatcher.Worker.Addresses;

/// <summary>What <c>address check</c> says of one address.</summary>
/// <param name="Address">As it was given.</param>
/// <param name="Status"><c>ok</c>, or the status in which an invitation to it would end.</param>
/// <param name="Reason">Why; null: ok.</param>
/// <param name="Wire">The form in which a mail server sees it, the domain in ASCII; null: it is no address.</param>
/// <param name="Suggestion">What was probably meant; null: nothing is known. A suggestion says nothing about the status.</param>
/// <param name="Mail">Whether DNS says that the domain takes mail; null: it was not asked.</param>
internal sealed record AddressAnswer(
    string Address,
    string Status,
    string? Reason,
    string? Wire,
    string? Suggestion,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Mail)
{
    public const string Ok = "ok";

    [JsonIgnore]
    public bool IsOk => Status == Ok;
}
