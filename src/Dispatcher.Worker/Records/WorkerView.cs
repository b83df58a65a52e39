namespace Dispatcher.Worker.Records;

/// <summary>A worker as <c>status --json</c> writes it.</summary>
internal sealed record WorkerView(string Name, double HeartbeatAgeSeconds, long Held);
