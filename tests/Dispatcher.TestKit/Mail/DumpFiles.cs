using System.Text;

namespace Dispatcher.TestKit.Mail;

/// <summary>Reads messages that a server wrote to one file each, with Unix line ends.</summary>
internal static class DumpFiles
{
    /// <summary>The whole message, with CRLF line ends; null: there is none that contains the text yet.</summary>
    public static async Task<string?> FindAsync(string folder, string contained)
    {
        foreach (var file in Directory.EnumerateFiles(folder))
        {
            var text = await File.ReadAllTextAsync(file, Encoding.Latin1);
            if (text.Contains(contained, StringComparison.Ordinal))
            {
                return text.ReplaceLineEndings("\r\n");
            }
        }

        return null;
    }
}
