using Dispatcher.Core.Sending;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Wire;

namespace Dispatcher.Smtp.Routing;

/// <summary>One route at work. Safe for concurrent calls.</summary>
internal interface IRoute : IAsyncDisposable
{
    RouteSettings Settings { get; }

    /// <summary>Sends one message. Deferred without a connection: nothing on this route answers, another one may be tried.</summary>
    ValueTask<DeliveryOutcome> SendAsync(Envelope envelope, OutgoingEmail message, CancellationToken abandonWork);

    /// <summary>Null: a message for this domain may come.</summary>
    DestinationWait? Ask(string recipientDomain);

    /// <summary>Other shaping rules are in force.</summary>
    void Use(ShapingTable shaping);
}
