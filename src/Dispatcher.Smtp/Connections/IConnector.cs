namespace Dispatcher.Smtp.Connections;

/// <summary>Opens connections to one destination. Safe for concurrent calls.</summary>
internal interface IConnector
{
    /// <summary>What we talk to, for people.</summary>
    string Endpoint { get; }

    /// <summary>A greeted connection, or none and why not.</summary>
    /// <param name="pool">Whose connection it will be.</param>
    ValueTask<OpenedConnection> OpenAsync(SmtpConnectionPool pool, CancellationToken abandonWork);
}
