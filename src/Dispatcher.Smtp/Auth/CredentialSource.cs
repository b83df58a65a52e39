using System.Text;

namespace Dispatcher.Smtp.Auth;

/// <summary>Reads the password file anew for each login, so that a rotated password is in force with the next connection.</summary>
internal sealed class CredentialSource(string user, string passwordFile)
{
    private const int LargestFile = 4096;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>User and password, or what is wrong with the file. Says nothing of what it holds.</summary>
    public (Credentials? Credentials, string? Problem) Read()
    {
        byte[] bytes;
        try
        {
            using var file = new FileStream(passwordFile, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            if (file.Length > LargestFile)
            {
                return (null, $"Smtp:PasswordFile {passwordFile} is too big to hold one password");
            }

            bytes = new byte[file.Length];
            file.ReadExactly(bytes);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return (null, $"Smtp:PasswordFile {passwordFile} {Why(failure)}");
        }

        string password;
        try
        {
            password = StrictUtf8.GetString(bytes).TrimEnd('\r', '\n');
        }
        catch (DecoderFallbackException)
        {
            return (null, $"Smtp:PasswordFile {passwordFile} is not UTF-8");
        }

        return password.Length == 0 ? (null, $"Smtp:PasswordFile {passwordFile} is empty")
            : password.AsSpan().IndexOfAny('\0', '\r', '\n') >= 0 ? (null, $"Smtp:PasswordFile {passwordFile} holds more than one line")
            : (new Credentials(user, password), null);
    }

    private static string Why(Exception failure) => failure switch
    {
        FileNotFoundException or DirectoryNotFoundException => "does not exist",
        UnauthorizedAccessException => "may not be read by this process",
        _ => "cannot be read",
    };
}
