namespace Dispatcher.Smtp.Dkim;

/// <summary>Finds key files that can't be used before a worker starts: unsigned mail by mistake is noticed too late.</summary>
internal static class DkimKeysValidator
{
    public static void Check(DkimOptions options, List<string> problems)
    {
        if (options.Path is not { Length: > 0 } folder)
        {
            return;
        }

        try
        {
            foreach (var entry in DkimFolder.List(folder))
            {
                if (DkimKeyFile.Read(entry.Path, out var fault) is null)
                {
                    problems.Add($"Smtp:Dkim:Path: {entry.Path} can't be used: {fault}. Put it right or take it away.");
                }
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problems.Add($"Smtp:Dkim:Path: the folder can't be read: {e.Message} Make it, or leave the setting out.");
        }
    }
}
