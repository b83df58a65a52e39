using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;
using Dispatcher.Dns;
using Dispatcher.LoadTests.Scenarios;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.LoadTests.Load;

/// <summary>The product's SPF evaluation, composed as the product composes it.</summary>
internal sealed class SpfSample : IDisposable
{
    private static readonly IPAddress Sender = IPAddress.Parse(SpfScenario.Allowed);

    private readonly ServiceProvider _services;
    private readonly ISpfEvaluator _evaluator;

    /// <param name="server">A name server's address.</param>
    /// <param name="resolver">Asked instead; null: the product's own, which asks <paramref name="server"/>.</param>
    public SpfSample(string server, IDnsResolver? resolver = null)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Dns:Servers"] = server }).Build();
        var services = new ServiceCollection().AddDispatcherDns(configuration);
        if (resolver is not null)
        {
            services.AddSingleton(resolver);
        }

        _services = services.BuildServiceProvider();
        _evaluator = _services.GetRequiredService<ISpfEvaluator>();
    }

    public ValueTask<SpfVerdict> CheckAsync(string domain, CancellationToken cancellationToken) =>
        _evaluator.CheckHostAsync(new SpfRequest(Sender, "reviews@" + domain, "mail.example"), cancellationToken);

    /// <summary>Whose answers are all held.</summary>
    /// <exception cref="InvalidOperationException">It had to wait.</exception>
    public SpfResult CheckHeld(string domain)
    {
        var verdict = CheckAsync(domain, CancellationToken.None);
        return verdict.IsCompletedSuccessfully ? verdict.Result.Result : throw new InvalidOperationException("An answer was not held.");
    }

    public void Dispose() => _services.Dispose();
}
