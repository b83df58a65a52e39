namespace Dispatcher.Worker.Cli;

/// <summary>The command was asked for something that can't be done: its message is shown as it is, and the exit code is 2.</summary>
internal sealed class UsageException(string message) : Exception(message);
