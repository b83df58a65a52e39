namespace Dispatcher.Smtp.Auth;

/// <summary>User and password. No text of it exists that could get into a log by accident.</summary>
internal sealed class Credentials(string user, string password)
{
    public string User { get; } = user;

    public string Password { get; } = password;
}
