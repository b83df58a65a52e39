namespace Dispatcher.Core.Checks;

/// <summary>What is known of a recipient, whichever tenant writes; learnt when a start is asked for. The default: nothing.</summary>
/// <param name="OptedOut">The recipient wants no invitation of anybody.</param>
/// <param name="Complaints">How many tenants the recipient has complained about lately.</param>
public readonly record struct RecipientFacts(bool OptedOut, int Complaints);
