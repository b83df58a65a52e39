namespace Dispatcher.Core.Text;

/// <summary>
/// Length as people count it: Unicode scalar values, so that a name in a script outside the basic plane is not cut short.
/// </summary>
public static class TextLength
{
    public static bool Exceeds(string text, int max) => text.Length > max && Count(text) > max;

    private static int Count(string text)
    {
        var count = 0;
        foreach (var _ in text.EnumerateRunes())
        {
            count++;
        }

        return count;
    }
}
