using System.Collections.Concurrent;
using System.Net;
using Dispatcher.Core.Dns;

namespace Dispatcher.Smtp.Tests.Routing;

/// <summary>A resolver whose answers stand in a table. A name that has records of one type has no data of the others; a name without any does
/// not exist, unless <see cref="Everything"/> says otherwise.</summary>
internal sealed class FakeResolver : IDnsResolver
{
    private static readonly TimeSpan Lives = TimeSpan.FromMinutes(5);
    private readonly ConcurrentDictionary<string, List<MxRecord>> _mx = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<string, List<IPAddress>> _addresses = new(StringComparer.OrdinalIgnoreCase);
    private readonly ConcurrentDictionary<(string Name, string Type), DnsFailure> _failures = new();
    private int _queries;

    /// <summary>For domains without records: their exchangers. Null: they do not exist.</summary>
    public Func<string, MxRecord[]>? Everything { get; set; }

    public int Queries => Volatile.Read(ref _queries);

    public FakeResolver Mx(string domain, ushort preference, string host)
    {
        _mx.GetOrAdd(domain, _ => []).Add(new(preference, host));
        return this;
    }

    public FakeResolver Address(string host, params string[] addresses)
    {
        _addresses.GetOrAdd(host, _ => []).AddRange(addresses.Select(IPAddress.Parse));
        return this;
    }

    /// <param name="type">mx, a or aaaa.</param>
    public FakeResolver Fail(string name, string type, DnsFailure failure = DnsFailure.ServerFailure)
    {
        _failures[(name, type)] = failure;
        return this;
    }

    public void Mend(string name, string type) => _failures.TryRemove((name, type), out _);

    public ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken) => Addresses(name, "a", 4);

    public ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken) => Addresses(name, "aaaa", 16);

    public ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken) =>
        Answer(name, "mx", _mx.TryGetValue(name, out var records) ? [.. records] : Everything?.Invoke(name) ?? []);

    public ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    private ValueTask<DnsAnswer<IPAddress>> Addresses(string name, string type, int length) => Answer<IPAddress>(
        name, type, _addresses.TryGetValue(name, out var addresses) ? [.. addresses.Where(address => address.GetAddressBytes().Length == length)] : []);

    private ValueTask<DnsAnswer<T>> Answer<T>(string name, string type, T[] records)
    {
        Interlocked.Increment(ref _queries);
        return new(_failures.TryGetValue((name, type), out var failure) ? DnsAnswers.Failed<T>(failure, TimeSpan.Zero)
            : records.Length > 0 ? DnsAnswers.Found<T>([.. records], Lives)
            : _mx.ContainsKey(name) || _addresses.ContainsKey(name) ? DnsAnswers.NoData<T>(Lives)
            : DnsAnswers.NoSuchDomain<T>(Lives));
    }
}
