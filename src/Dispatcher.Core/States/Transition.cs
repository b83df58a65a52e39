namespace Dispatcher.Core.States;

/// <summary>One way from state to state.</summary>
/// <param name="Name">The word for it in scripts, logs and docs.</param>
/// <param name="From">States it may start from.</param>
/// <param name="To">State it leads to.</param>
/// <param name="Script">The script that makes it.</param>
/// <param name="Guard">What must hold besides the state.</param>
/// <param name="Effect">What else it does.</param>
public sealed record Transition(string Name, IReadOnlyList<State> From, State To, string Script, string Guard, string Effect);
