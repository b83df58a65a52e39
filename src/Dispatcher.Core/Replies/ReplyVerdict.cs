using Dispatcher.Core.Sending;
using Dispatcher.Core.Statuses;

namespace Dispatcher.Core.Replies;

/// <summary>What a reply means. Made by <see cref="ReplyClassifier"/>; the zero value is no verdict.</summary>
/// <param name="Kind">Delivered, deferred, rejected or uncertain.</param>
/// <param name="Status">What a rejected one ends in; unset for other kinds.</param>
/// <param name="Scope">What else must stop being used.</param>
/// <param name="RetryClass">How a deferred one waits.</param>
/// <param name="Reason">For example <c>unknown-user</c>.</param>
/// <param name="Hard">True: the address is no good for any message. Only with a rejected one.</param>
public readonly record struct ReplyVerdict(OutcomeKind Kind, Status Status, OutcomeScope Scope, RetryClass RetryClass, string Reason, bool Hard);
