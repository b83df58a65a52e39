using System.Diagnostics.Metrics;
using System.Text.RegularExpressions;
using Dispatcher.Core.Metrics;
using Dispatcher.Worker.Metrics;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.Worker.Tests.Metrics;

[Collection(nameof(MetersAlone))]
public sealed partial class MetricsDocumentTests
{
    [Fact]
    public void Document_ListsEveryInstrumentAndNoOther()
    {
        var published = new SortedSet<string>(StringComparer.Ordinal);
        using var services = new ServiceCollection().AddDispatcherMetrics().BuildServiceProvider();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, _) =>
            {
                if (instrument.Meter.Name == MetricNames.Meter)
                {
                    published.Add(PrometheusName.Metric(instrument.Name, instrument.Unit, instrument.GetType().Name.StartsWith("Counter", StringComparison.Ordinal)));
                }
            },
        };
        listener.Start();
        services.GetRequiredService<DispatcherMetrics>();

        var listed = Row().Matches(File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "docs", "metrics.md"))).Select(match => match.Groups[1].Value);

        Assert.Equal(published, listed.Order(StringComparer.Ordinal));
    }

    [GeneratedRegex(@"^\| `(dispatcher_[a-z_]+)", RegexOptions.Multiline)]
    private static partial Regex Row();
}
