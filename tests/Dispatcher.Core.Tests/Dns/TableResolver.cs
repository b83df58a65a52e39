using System.Net;
using Dispatcher.Core.Dns;

namespace Dispatcher.Core.Tests.Dns;

/// <summary>Answers from a table of <c>type name</c> to records with spaces between; what is not in it has no such name, <c>-</c> no data, <c>!</c> fails.</summary>
internal sealed class TableResolver(IReadOnlyDictionary<string, string> table) : IDnsResolver
{
    private static readonly TimeSpan Held = TimeSpan.FromMinutes(5);

    public int Asked { get; private set; }

    /// <summary>Set: nothing is answered before it is.</summary>
    public TaskCompletionSource? Gate { get; set; }

    public ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken) => Answer("A", name, IPAddress.Parse);

    public ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken) => Answer("AAAA", name, IPAddress.Parse);

    public ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken) =>
        Answer("MX", name, text => new MxRecord(ushort.Parse(text.Split(',')[0], null), text.Split(',')[1]));

    public ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken) => Answer("TXT", name, text => text);

    public ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    public ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken) => throw new NotSupportedException();

    private async ValueTask<DnsAnswer<T>> Answer<T>(string type, string name, Func<string, T> read)
    {
        Asked++;
        if (Gate is { } gate)
        {
            await gate.Task;
        }

        return !table.TryGetValue($"{type} {name}", out var records)
            ? table.Keys.Any(key => key.EndsWith(" " + name, StringComparison.Ordinal)) ? DnsAnswers.NoData<T>(Held) : DnsAnswers.NoSuchDomain<T>(Held)
            : records == "!" ? DnsAnswers.Failed<T>(DnsFailure.Timeout, TimeSpan.FromSeconds(5))
            : DnsAnswers.Found([.. records.Split(' ').Select(read)], Held);
    }
}
