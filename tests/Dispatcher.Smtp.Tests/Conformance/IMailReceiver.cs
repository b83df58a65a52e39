namespace Dispatcher.Smtp.Tests.Conformance;

/// <summary>A server that the conformance facts run over.</summary>
public interface IMailReceiver : IAsyncDisposable
{
    int Port { get; }

    /// <summary>Domain of which every user exists, but <see cref="UnknownUser"/>.</summary>
    string Domain { get; }

    string UnknownUser { get; }

    /// <summary>The enhanced code that it refuses <see cref="UnknownUser"/> with; null: it says none.</summary>
    string? UnknownUserCode => "5.1.1";

    /// <summary>Settings that it needs besides host and port.</summary>
    void Configure(SmtpOptions options)
    {
    }

    /// <summary>The message that holds a text, as it arrived, with CRLF line ends. Fields may have been put before ours.</summary>
    Task<string> FindAsync(string contained);
}
