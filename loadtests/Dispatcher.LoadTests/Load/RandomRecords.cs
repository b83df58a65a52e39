using System.Net;
using System.Text;
using Dispatcher.Core.Dns;

namespace Dispatcher.LoadTests.Load;

/// <summary>A resolver that makes every answer up: SPF records of right and wrong terms in any order, torn and with octets that do not belong.
/// Not safe for concurrent use.</summary>
internal sealed class RandomRecords(int seed) : IDnsResolver
{
    private static readonly string[] Right =
    [
        "a", "mx", "ptr", "all", "include:b.example", "include:%{d}", "exists:%{ir}.%{v}._spf.%{d2}", "exists:%{l1r-}.example", "redirect=b.example", "exp=e.%{d}",
        "ip4:192.0.2.0/24", "ip6:2001:db8::/32", "a:b.example/24//64", "mx:%{o}/0", "ptr:b.example", "unknown=x",
    ];

    private static readonly string[] Wrong =
    [
        "include:", "redirect=", "ip4:192.0.2.300", "ip4:1.2.3.4/33", "ip6::::", "ip6:::1/129", "a//0", "mx/99", "unknown:x", "v=spf1",
        "%", "%%", "%{", "%{z}", "%{d0}", "%{d999999999999}", "\"", "=", ":", "/",
    ];

    private static readonly TimeSpan Life = TimeSpan.FromHours(1);
    private readonly Random _random = new(seed);

    /// <summary>Records made so far.</summary>
    public long Made { get; private set; }

    public ValueTask<DnsAnswer<string>> QueryTxtAsync(string name, CancellationToken cancellationToken)
    {
        Made++;
        return ValueTask.FromResult(DnsAnswers.Found([Record()], Life));
    }

    public ValueTask<DnsAnswer<IPAddress>> QueryAAsync(string name, CancellationToken cancellationToken) => Maybe(IPAddress.Parse("192.0.2.7"));

    public ValueTask<DnsAnswer<IPAddress>> QueryAaaaAsync(string name, CancellationToken cancellationToken) => Maybe(IPAddress.IPv6Loopback);

    public ValueTask<DnsAnswer<MxRecord>> QueryMxAsync(string name, CancellationToken cancellationToken) => Maybe(new MxRecord(10, "m.example"));

    public ValueTask<DnsAnswer<string>> QueryPtrAsync(IPAddress address, CancellationToken cancellationToken) => Maybe("p.example");

    public ValueTask<DnsAnswer<string>> QueryCnameAsync(string name, CancellationToken cancellationToken) => Maybe("c.example");

    public ValueTask<DnsAnswer<SoaRecord>> QuerySoaAsync(string name, CancellationToken cancellationToken) =>
        ValueTask.FromResult(DnsAnswers.NoData<SoaRecord>(Life));

    private ValueTask<DnsAnswer<T>> Maybe<T>(T record) => ValueTask.FromResult(_random.Next(6) switch
    {
        0 => DnsAnswers.NoData<T>(Life),
        1 => DnsAnswers.NoSuchDomain<T>(Life),
        2 => DnsAnswers.Failed<T>(DnsFailure.Timeout, Life),
        _ => DnsAnswers.Found([record], Life),
    });

    private string Record()
    {
        var record = new StringBuilder("v=spf1");
        for (var terms = _random.Next(12); terms > 0; terms--)
        {
            var words = _random.Next(40) == 0 ? Wrong : Right;
            record.Append(_random.Next(60) == 0 ? "" : " ");
            var word = words[_random.Next(words.Length)];
            record.Append(word.Contains('=', StringComparison.Ordinal) ? "" : "+-~?".AsSpan(_random.Next(4), _random.Next(2))).Append(word);
        }

        // Torn, and with an octet that does not belong.
        if (_random.Next(10) == 0)
        {
            record[_random.Next(record.Length)] = (char)_random.Next(256);
        }

        return record.ToString(0, _random.Next(20) == 0 ? _random.Next(record.Length) : record.Length);
    }
}
