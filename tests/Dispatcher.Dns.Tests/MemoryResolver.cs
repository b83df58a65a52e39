using System.Collections.Immutable;
using System.Net;
using Dispatcher.Core.Dns;

namespace Dispatcher.Dns.Tests;

/// <summary>Answers from memory, at once: TXT records by name, and one address for every name.</summary>
internal sealed class MemoryResolver(Func<string, string?> text) : IDnsResolver
{
    private static readonly TimeSpan Ttl = TimeSpan.FromMinutes(5);

    public int Queries { get; private set; }

    public ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken) => Found(IPAddress.Parse("203.0.113.7"));

    public ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken) => Found(IPAddress.Parse("2001:db8::7"));

    public ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken) => Found(new MxRecord(1, $"mx.{name}"));

    public ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken) =>
        text(name) is { } record ? Found(record) : Asked(DnsAnswers.NoSuchDomain<string>(Ttl));

    public ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken) => Found("host.example");

    public ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    private ValueTask<DnsAnswer<T>> Found<T>(T record) => Asked(DnsAnswers.Found(ImmutableArray.Create(record), Ttl));

    private ValueTask<DnsAnswer<T>> Asked<T>(DnsAnswer<T> answer)
    {
        Queries++;
        return ValueTask.FromResult(answer);
    }
}
