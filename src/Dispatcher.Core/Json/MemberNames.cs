using System.Text;
using System.Text.Json;

namespace Dispatcher.Core.Json;

/// <summary>The members that an object may have, for recognising them in a reader without making strings. At most 64.</summary>
internal sealed class MemberNames(params string[] names)
{
    private readonly byte[][] _utf8 = [.. names.Select(Encoding.UTF8.GetBytes)];

    public string this[int index] => names[index];

    /// <returns>The place of the property name that the reader stands on; -1: not one of these.</returns>
    public int IndexOf(ref Utf8JsonReader json)
    {
        for (var index = 0; index < _utf8.Length; index++)
        {
            if (json.ValueTextEquals(_utf8[index]))
            {
                return index;
            }
        }

        return -1;
    }
}
