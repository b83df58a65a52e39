using Dispatcher.Core;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Spf;
using Dispatcher.Core.Templates;
using Dispatcher.Core.Tenants;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Dispatcher.LoadTests.Load;

/// <summary>An invitation that passes every check, SPF of its custom sender included, whose verdict is held already.</summary>
internal sealed class CheckSample : IDisposable
{
    private static readonly string[] Domains = ["example.com", "mail.example.co.uk", "gmail.com", "a.b.c.example.org", "Example.NET"];

    private readonly ServiceProvider _services;
    private readonly CheckRunner _runner;
    private readonly CheckSubject _subject;
    private readonly TemporaryDomains _temporary;
    private int _next;

    public CheckSample()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Checks:SendingAddresses"] = "192.0.2.1",
            ["Checks:BlockedDomains"] = "blocked.example",
        }).Build();
        _services = new ServiceCollection().AddLogging().AddDispatcherCore(configuration).AddSingleton<ISpfEvaluator, Passing>().BuildServiceProvider();
        _runner = _services.GetRequiredService<CheckRunner>();
        _temporary = _services.GetRequiredService<TemporaryDomains>();
        _subject = new(
            new Invitation
            {
                Tenant = "acme",
                Id = "order-4711",
                RecipientName = "Eva Berg",
                RecipientEmail = "eva.berg@mail.example.com",
                ReferenceNumber = "4711",
                SenderName = "Acme",
                SenderEmail = "reviews@acme.example",
                ReplyTo = "help@acme.example",
            },
            TenantSettings.Default("acme") with { TemporaryDomains = new(["fine.example"], ["throw.example"]) },
            default,
            Template.Parse(new("default", InvitationType.Service, true, null, "How was it, [Name]?", "<a href=\"[Link]\">x</a>", "[Link]")));
    }

    /// <summary>False: it did not pass, and nothing of what was measured counts.</summary>
    public bool Passes() => _runner.RunAsync(_subject, CancellationToken.None).AsTask().GetAwaiter().GetResult().Kind == VerdictKind.Pass;

    /// <summary>All checks; completes at once once the verdict of SPF is held.</summary>
    public int Run()
    {
        var verdict = _runner.RunAsync(_subject, CancellationToken.None);
        return verdict.IsCompletedSuccessfully ? (int)verdict.Result.Kind : throw new InvalidOperationException("A check waited.");
    }

    /// <summary>One look-up among the throw-away domains, of names that are not there.</summary>
    public int LookUp() => _temporary.Covers(Domains[_next++ % Domains.Length], _subject.Tenant.TemporaryDomains) ? 1 : 0;

    public void Dispose() => _services.Dispose();

    private sealed class Passing : ISpfEvaluator
    {
        public ValueTask<SpfVerdict> CheckHostAsync(SpfRequest request, CancellationToken cancellationToken) =>
            ValueTask.FromResult(new SpfVerdict { Result = SpfResult.Pass, Domain = "acme.example", TimeToLive = TimeSpan.FromHours(1) });

        public ValueTask<int?> FindIncludeAsync(string domain, string include, CancellationToken cancellationToken) => ValueTask.FromResult<int?>(null);
    }
}
