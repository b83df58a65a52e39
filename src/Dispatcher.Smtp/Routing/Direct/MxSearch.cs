using Dispatcher.Core.Dns;
using Dispatcher.Core.Sending;
using Dispatcher.Smtp.Connections;

namespace Dispatcher.Smtp.Routing.Direct;

/// <summary>One search for an exchanger that greets us: what came out so far, and what may still be tried.</summary>
internal sealed class MxSearch(MxTools tools, SmtpConnectionPool pool, CancellationToken abandoned)
{
    private readonly long _begun = tools.Time.GetTimestamp();
    private DeliveryOutcome _failure;
    private DnsFailure _lookUp;
    private string? _notFound;
    private string? _otherFamily;
    private string? _ours;
    private int _cut = int.MaxValue;
    private int _full = int.MaxValue;

    /// <summary>Whose connection it will be.</summary>
    public SmtpConnectionPool Pool => pool;

    public int Tries { get; set; }

    /// <summary>Hosts to which we have as many connections as we may.</summary>
    public HashSet<ConnectionBudget> FullHosts { get; } = [];

    /// <summary>There is no other address.</summary>
    public bool IsOnly { get; set; }

    public CancellationToken Abandoned => abandoned;

    /// <summary>How long an address may take: half of what is left, so that one that accepts and then says nothing leaves time for others.</summary>
    public TimeSpan Patience
    {
        get
        {
            var left = tools.Direct.MaxTime - tools.Time.GetElapsedTime(_begun);
            return left <= TimeSpan.Zero ? TimeSpan.Zero : IsOnly ? left : left / 2;
        }
    }

    public bool MayTry(MxHost host) => Tries < tools.Direct.MaxTries && host.Preference < _cut && host.Preference <= _full;

    public void CutAt(MxHost host) => (_cut, _ours) = (host.Preference, host.Name);

    /// <summary>A host that would do, did we not have so many connections there: those that are less preferred are not for that.</summary>
    public void Full(MxHost host, ConnectionBudget room)
    {
        _full = host.Preference;
        FullHosts.Add(room);
    }

    public void Found(MxHost host, in FoundAddresses found)
    {
        if (found.Addresses.Count == 0)
        {
            _lookUp = found.Failure == DnsFailure.None ? _lookUp : found.Failure;
            _notFound = host.Name;
            _otherFamily = found.HasOthers ? host.Name : _otherFamily;
        }
    }

    public void Failed(DeliveryOutcome failure) => _failure = failure;

    /// <summary>What a message is told that there is no connection for.</summary>
    public DeliveryOutcome Failure(string name, bool tooLate) =>
        _failure.Kind != OutcomeKind.Unset ? _failure
        : tooLate ? Outcomes.NoAnswer($"{name}: no connection in time")
        : _lookUp != DnsFailure.None ? DirectOutcomes.LookUpFailed($"the address of {_notFound}", _lookUp)
        : _otherFamily is not null ? Outcomes.NoAnswer($"{_otherFamily} has no address of the family that the route keeps to ('addresses')")
        : _ours is not null ? DirectOutcomes.Loop($"mail loops: the mail exchanger {_ours} is this host")
        : DirectOutcomes.UnknownDomain($"no mail exchanger has an address: {_notFound}");
}
