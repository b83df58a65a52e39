namespace Dispatcher.Smtp.Auth;

/// <summary>Some servers repeat the command that they refuse, and with it what we sent. Such words never get into an outcome.</summary>
internal sealed class EchoMask
{
    private const string Mask = "***";
    private const int ShortestMasked = 3;

    private readonly List<string> _secrets = [];

    public void Add(string secret) => _secrets.Add(secret);

    /// <summary>The text without words that are part of a secret or hold one.</summary>
    public string Apply(string text) => string.Join(' ', text.Split(' ').Select(word => IsSecret(word.Trim('"', '\'', '<', '>', '(', ')', '[', ']', ',', '.', ':', ';')) ? Mask : word));

    private bool IsSecret(string word) => word.Length >= ShortestMasked && _secrets.Exists(secret =>
        secret.Contains(word, StringComparison.OrdinalIgnoreCase)
        || (secret.Length >= ShortestMasked && word.Contains(secret, StringComparison.OrdinalIgnoreCase)));
}
