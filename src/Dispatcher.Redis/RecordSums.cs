namespace Dispatcher.Redis;

/// <summary>Counters as the records of a walk say: by lane, tenant and destination group.</summary>
internal sealed class RecordSums
{
    // The tenant's counters that name a status; the rules are those of `shown` and `move` in records.lua.
    private const string Queued = "queued";
    private const string Sending = "sending";
    private const string Later = "scheduled-for-later";
    private const string Claimed = "claimed";

    private static readonly string[] States = ["scheduled", Queued, Claimed, Sending, "deferred"];
    private static readonly string[] OfTenant = [Queued, Later, Claimed, Sending];
    private static readonly string[] OfGroup = [Claimed, Sending];

    private readonly Dictionary<(string Name, string Field), long> _sums = [];

    public void Add(string state, int attempts, string tenant, string group)
    {
        Count(state, "");
        Count("t:" + tenant, state == Sending ? Sending : state == "deferred" || attempts > 0 ? Later : Queued);
        if (state == Claimed)
        {
            Count("t:" + tenant, Claimed);
        }

        if (group.Length > 0 && state is Claimed or Sending)
        {
            Count("g:" + group, state);
        }
    }

    /// <summary>Name, field and number of each counter of the lane.</summary>
    /// <param name="inHand">Also of what workers hold.</param>
    public IEnumerable<(string Name, string Field, long Number)> OfLane(bool inHand) =>
        States.Where(state => inHand || !IsInHand(state)).Select(state => (state, "", Of(state, "")));

    /// <param name="name">Of a tenant or a group, as the script has it.</param>
    /// <param name="inHand">Also of what workers hold.</param>
    public IEnumerable<(string Name, string Field, long Number)> OfHolder(string name, bool inHand) =>
        (name.StartsWith("t:", StringComparison.Ordinal) ? OfTenant : OfGroup)
            .Where(field => inHand || !IsInHand(field))
            .Select(field => (name, field, Of(name, field)));

    /// <summary>Tenants and groups that something was counted for: of what workers hold, or of the rest.</summary>
    public IEnumerable<string> Holders(bool inHand) =>
        _sums.Keys.Where(key => key.Field.Length > 0 && IsInHand(key.Field) == inHand).Select(key => key.Name).Distinct();

    private static bool IsInHand(string field) => field is Claimed or Sending;

    private long Of(string name, string field) => _sums.GetValueOrDefault((name, field));

    private void Count(string name, string field) => _sums[(name, field)] = Of(name, field) + 1;
}
