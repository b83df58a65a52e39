using System.Net;
using System.Text;
using Dispatcher.Core.Addresses;
using Dispatcher.Core.Dns;
using Dispatcher.Core.Spf;

namespace Dispatcher.Dns.Spf;

/// <summary>What one evaluation knows and has used up. Used by one evaluation, one step at a time.</summary>
internal sealed class SpfEvaluation
{
    /// <summary>Terms with DNS look-ups (RFC 7208 section 4.6.4).</summary>
    public const int MostLookups = 10;

    /// <summary>Look-ups that find nothing (the same section).</summary>
    public const int MostVoidLookups = 2;

    /// <summary>At least 20 seconds, says the same section.</summary>
    private static readonly TimeSpan MostTime = TimeSpan.FromSeconds(20);

    private readonly TimeProvider _time;
    private readonly long _started;

    public SpfEvaluation(SpfRequest request, string receiver, TimeProvider time)
    {
        _time = time;
        _started = time.GetTimestamp();
        Receiver = receiver;
        Helo = request.Helo;
        Address = request.Address.IsIPv4MappedToIPv6 ? request.Address.MapToIPv4() : request.Address;

        // Section 2.4: without a sender it is the postmaster of the EHLO name. Section 4.3: without a local part, the postmaster.
        var at = request.MailFrom.LastIndexOf('@');
        var domain = request.MailFrom.Length == 0 ? request.Helo : request.MailFrom[(at + 1)..];
        LocalPart = at > 0 ? request.MailFrom[..at] : "postmaster";
        Domain = Ascii.IsValid(domain) ? domain : DomainSyntax.ToAscii(domain) ?? domain;
    }

    /// <summary>The sending address; never IPv4 inside IPv6.</summary>
    public IPAddress Address { get; }

    public string LocalPart { get; }

    /// <summary>The sender's domain, in ASCII where it has such a form.</summary>
    public string Domain { get; }

    public string Sender => $"{LocalPart}@{Domain}";

    public string Helo { get; }

    public string Receiver { get; }

    public DateTimeOffset Now => _time.GetUtcNow();

    public int Lookups { get; private set; }

    public int VoidLookups { get; private set; }

    public TimeSpan TimeToLive { get; private set; } = TimeSpan.MaxValue;

    /// <summary>The first thing that went wrong, for people.</summary>
    public string? Problem { get; private set; }

    public bool IsOverTime => _time.GetElapsedTime(_started) > MostTime;

    /// <summary>True unless this was one too many.</summary>
    public bool CountLookup() => ++Lookups <= MostLookups;

    /// <summary>Counts an answer that found nothing. True unless it was one too many.</summary>
    public bool CountVoid<T>(DnsAnswer<T> answer) => !answer.IsVoid || ++VoidLookups <= MostVoidLookups;

    public void Note<T>(DnsAnswer<T> answer)
    {
        if (answer.TimeToLive < TimeToLive)
        {
            TimeToLive = answer.TimeToLive;
        }
    }

    public SpfResult Permanent(string problem) => End(SpfResult.PermError, problem);

    public SpfResult Temporary(string problem) => End(SpfResult.TempError, problem);

    private SpfResult End(SpfResult result, string problem)
    {
        Problem ??= problem;
        return result;
    }
}
