using System.Text.RegularExpressions;

namespace Dispatcher.Worker.Settings;

/// <summary>Hides secrets: whole values of keys that name one, and <c>password=</c> inside connection strings.</summary>
internal static partial class SecretMask
{
    private const string Mask = "***";

    public static string? Of(string key, string? value)
    {
        if (string.IsNullOrEmpty(value))
        {
            return value;
        }

        // A path to a secret is no secret: it is what an operator wants to check.
        var name = key[(key.LastIndexOf(':') + 1)..];
        return SecretName().IsMatch(name) && !PlainName().IsMatch(name) ? Mask : SecretPart().Replace(value, "${name}" + Mask);
    }

    [GeneratedRegex("Password|Secret|Token|Key", RegexOptions.IgnoreCase)]
    private static partial Regex SecretName();

    [GeneratedRegex("(File|Path)$", RegexOptions.IgnoreCase)]
    private static partial Regex PlainName();

    [GeneratedRegex("(?<name>(password|user)\\s*=\\s*)[^,;]*|(?<name>://)[^/@\\s]*(?=@)", RegexOptions.IgnoreCase)]
    private static partial Regex SecretPart();
}
