using Dispatcher.Core.Sending.Routes;

namespace Dispatcher.Core.Sending;

/// <summary>Says before a message is made whether its destination takes one now. Safe for concurrent calls; never waits.</summary>
public interface IDestinationGate
{
    /// <summary>Null: go on.</summary>
    /// <param name="query">What the message's route is chosen by.</param>
    /// <param name="recipientDomain">As in the address.</param>
    DestinationWait? Ask(in RouteQuery query, string recipientDomain);
}

/// <summary>Why a destination takes nothing now.</summary>
/// <param name="Wait">Above zero.</param>
/// <param name="Why">For people.</param>
/// <param name="IsTrouble">True: it does not answer, and nobody knows until when. False: it has its share for now.</param>
public readonly record struct DestinationWait(TimeSpan Wait, string Why, bool IsTrouble);
