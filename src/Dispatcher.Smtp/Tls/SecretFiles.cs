using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Smtp.Tls;

/// <summary>The files that hold passwords and keys, and whether others than we can get at them.</summary>
public static class SecretFiles
{
    private const UnixFileMode Others = UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.GroupWrite;

    /// <summary>Of the one relay.</summary>
    public static IEnumerable<string> Of(SmtpOptions options) => Set(options.PasswordFile, options.ClientKeyFile);

    /// <summary>Of a route; none of direct ones.</summary>
    public static IEnumerable<string> Of(RouteSettings route) => Set(route.Relay?.PasswordFile, route.Relay?.ClientKeyFile);

    /// <summary>False too where it can't be told: each login says what is wrong with the file.</summary>
    public static bool IsOpenToOthers(string file)
    {
        try
        {
            // Of what a link leads to: links themselves are open to everyone.
            var target = File.ResolveLinkTarget(file, returnFinalTarget: true)?.FullName ?? file;
            return !OperatingSystem.IsWindows() && (File.GetUnixFileMode(target) & Others) != 0;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<string> Set(params string?[] files) => files.OfType<string>().Where(file => file.Length > 0).Distinct();
}
