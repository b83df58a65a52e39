using Dispatcher.Core.Sending;

namespace Dispatcher.Smtp.Connections;

/// <summary>Opens connections to one destination. Safe for concurrent calls.</summary>
internal interface IConnector
{
    /// <summary>What we talk to, for people.</summary>
    string Endpoint { get; }

    /// <summary>A greeted connection, or null and why not.</summary>
    ValueTask<(SmtpConnection? Connection, DeliveryOutcome Failure)> OpenAsync(CancellationToken abandonWork);
}
