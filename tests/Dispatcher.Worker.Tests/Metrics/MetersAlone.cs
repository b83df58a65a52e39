namespace Dispatcher.Worker.Tests.Metrics;

/// <summary>OpenTelemetry listens to every meter of the process by name, so that a host in another test would be heard too: tests that
/// look at what is collected run alone.</summary>
[CollectionDefinition(nameof(MetersAlone), DisableParallelization = true)]
public sealed class MetersAlone;
