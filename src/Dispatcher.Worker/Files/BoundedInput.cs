namespace Dispatcher.Worker.Files;

/// <summary>Reads what a stranger sends without trusting its length.</summary>
internal static class BoundedInput
{
    /// <returns>All octets; null: there are more than <paramref name="most"/>, and no more were read.</returns>
    /// <exception cref="IOException">It can't be read.</exception>
    public static byte[]? Read(Stream input, int most)
    {
        using var all = new MemoryStream();
        var buffer = new byte[64 * 1024];
        for (int read; (read = input.Read(buffer)) > 0;)
        {
            if (all.Length + read > most)
            {
                return null;
            }

            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }
}
