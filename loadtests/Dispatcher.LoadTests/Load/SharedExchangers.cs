using System.Globalization;
using System.Net;
using Dispatcher.Core.Dns;

namespace Dispatcher.LoadTests.Load;

/// <summary>A name server that answers at once: every domain has the two exchangers of one of a few providers, all of them at 127.0.0.1.</summary>
internal sealed class SharedExchangers(int providers) : IDnsResolver
{
    private static readonly TimeSpan Lives = TimeSpan.FromHours(1);
    private readonly DnsAnswer<IPAddress> _loopback = DnsAnswers.Found([IPAddress.Loopback], Lives);

    private readonly DnsAnswer<MxRecord>[] _providers = [.. Enumerable.Range(0, providers).Select(provider => DnsAnswers.Found<MxRecord>(
        [new(10, Host("a", provider)), new(20, Host("b", provider))], Lives))];

    /// <summary>A domain by its number.</summary>
    public static string Domain(int number) => string.Create(CultureInfo.InvariantCulture, $"d{number}.example");

    public ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken) =>
        new(_providers[int.Parse(name.AsSpan(1, name.IndexOf('.', StringComparison.Ordinal) - 1), CultureInfo.InvariantCulture) % providers]);

    public ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken) => new(_loopback);

    public ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken) => new(DnsAnswers.NoData<IPAddress>(Lives));

    public ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken) => new(DnsAnswers.NoData<string>(Lives));

    public ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken) => new(DnsAnswers.NoData<string>(Lives));

    public ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken) => new(DnsAnswers.NoData<string>(Lives));

    public ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken) => new(DnsAnswers.NoData<SoaRecord>(Lives));

    private static string Host(string name, int provider) => string.Create(CultureInfo.InvariantCulture, $"{name}.p{provider}.mx.test");
}
