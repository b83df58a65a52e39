using System.Net;
using Dispatcher.Core.Dns;
using Dispatcher.Dns.Caching;
using Dispatcher.Dns.Transport;
using Dispatcher.Dns.Wire;

namespace Dispatcher.Dns;

/// <summary>
/// Looks names up by way of <see cref="DnsServers"/>, each name and type once at a time, and holds the answers. An answer that has just run out is
/// given once more while a new one is fetched; an older one only if nobody answers any more (RFC 8767).
/// </summary>
internal sealed class DnsResolver : IDnsResolver, IDisposable
{
    /// <summary>So long an answer that has run out is given at once, and for so long again when no server answers (RFC 8767 section 4).</summary>
    public static readonly TimeSpan StaleAtOnce = TimeSpan.FromSeconds(30);

    private readonly DnsServers _servers;
    private readonly AnswerCache _cache;
    private readonly TtlBounds _bounds;
    private readonly TimeSpan _maxStale;
    private readonly TimeProvider _time;

    public DnsResolver(DnsOptions options, TimeProvider time)
    {
        var servers = options.Servers.Count > 0 ? [.. options.Servers.Select(server => ServerAddress.Parse(server)!)] : ResolvConf.Read();
        _servers = new DnsServers(servers, options, time);
        _cache = new AnswerCache(options.CacheEntries);
        _bounds = new TtlBounds(options.MinTtl, options.MaxTtl);
        _maxStale = options.MaxStale;
        _time = time;
    }

    public ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync(name, RecordKinds.A, cancellationToken);

    public ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync(name, RecordKinds.Aaaa, cancellationToken);

    public ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync(name, RecordKinds.Mx, cancellationToken);

    public ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync(name, RecordKinds.Txt, cancellationToken);

    public ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken) =>
        QueryAsync(ReverseName.Of(address), RecordKinds.Ptr, cancellationToken);

    public ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync(name, RecordKinds.Cname, cancellationToken);

    public ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken) =>
        QueryAsync(name, RecordKinds.Soa, cancellationToken);

    public void Dispose() => _servers.Dispose();

    private ValueTask<DnsAnswer<T>> QueryAsync<T>(string name, RecordKind<T> kind, CancellationToken cancellationToken)
    {
        var key = new CacheKey((name is [.., '.'] ? name[..^1] : name).ToLowerInvariant(), kind.Type);
        Span<byte> wire = stackalloc byte[NameCodec.MaxOctets];
        if (NameCodec.Write(key.Name, wire) == 0)
        {
            return ValueTask.FromResult(DnsAnswers.Failed<T>(DnsFailure.BadName, TtlBounds.Failure));
        }

        var entry = _cache.GetOrAdd(key);
        if (entry.Held is { } held)
        {
            var age = _time.GetElapsedTime(held.LearnedAt);
            if (age < held.FreshFor)
            {
                return ValueTask.FromResult((DnsAnswer<T>)held.Answer);
            }

            if (age < held.UsableFor && age - held.FreshFor < StaleAtOnce)
            {
                _ = Fetch(entry, kind);
                return ValueTask.FromResult((DnsAnswer<T>)held.Answer);
            }
        }

        return new(WaitAsync<T>(Fetch(entry, kind), cancellationToken));
    }

    private Task<object> Fetch<T>(CacheEntry entry, RecordKind<T> kind) => entry.JoinOrStart(e => LookUpAsync(e, kind));

    private static async Task<DnsAnswer<T>> WaitAsync<T>(Task<object> lookUp, CancellationToken cancellationToken) =>
        (DnsAnswer<T>)await lookUp.WaitAsync(cancellationToken).ConfigureAwait(false);

    private async Task<object> LookUpAsync<T>(CacheEntry entry, RecordKind<T> kind)
    {
        var answer = await AskAsync(entry.Key.Name, kind).ConfigureAwait(false);
        var now = _time.GetTimestamp();
        if (answer.Kind == DnsAnswerKind.Failed && entry.Held is { } held && _time.GetElapsedTime(held.LearnedAt, now) is var age && age < held.UsableFor)
        {
            // As if fresh for a little while: until then nobody asks again. How long it is usable stays as it was.
            entry.Held = held with { FreshFor = age + StaleAtOnce < held.UsableFor ? age + StaleAtOnce : held.UsableFor };
            return held.Answer;
        }

        var mayBeStale = answer.Kind == DnsAnswerKind.Found ? _maxStale : TimeSpan.Zero;
        entry.Held = new Held(answer, now, answer.TimeToLive, answer.TimeToLive + mayBeStale);
        return answer;
    }

    private async Task<DnsAnswer<T>> AskAsync<T>(string name, RecordKind<T> kind)
    {
        var started = _time.GetTimestamp();
        for (var (aliases, timeToLive) = (0, uint.MaxValue); ;)
        {
            var wire = new byte[NameCodec.MaxOctets];
            var length = NameCodec.Write(name, wire);
            if (length == 0)
            {
                return DnsAnswers.Failed<T>(DnsFailure.Malformed, TtlBounds.Failure);
            }

            var exchange = await _servers.AskAsync(wire.AsMemory(0, length), kind.Type, started).ConfigureAwait(false);
            if (exchange.Response is not { } response)
            {
                return DnsAnswers.Failed<T>(exchange.Failure, TtlBounds.Failure);
            }

            var reading = AnswerReader.Read(response, name, kind, aliases, timeToLive, _bounds);
            if (reading.Answer is { } answer)
            {
                return answer;
            }

            (name, aliases, timeToLive) = (reading.Alias!, reading.Aliases, reading.TimeToLive);
        }
    }
}
