namespace Dispatcher.LoadTests.Load;

/// <param name="Matching">Invitations that the filter matches, of <paramref name="Tenants"/> tenants.</param>
/// <param name="Staying">Those of one more tenant, with another template.</param>
/// <param name="Before">How many are sent before the cancel to know the rate, after as many to warm up.</param>
internal sealed record CancelSize(int Matching, int Tenants, int Staying, int Before, int Batch, int BodyBytes)
{
    public const string Template = "spring";
    private const string OtherTemplate = "autumn";

    public string StayingTenant => TestInvitation.Tenant(Tenants);

    public IEnumerable<string> MatchingTenants => Enumerable.Range(0, Tenants).Select(TestInvitation.Tenant);

    /// <summary>Puts in what stays (numbers from 0), then what matches.</summary>
    public async Task FillAsync(Engine producer, bool staying, Action<long, long> progress, CancellationToken cancellationToken)
    {
        var first = staying ? Staying : 0;
        var all = first + Matching;
        await Backlog.FillAsync(
            producer.Invitations, 0, first, n => TestInvitation.Create(StayingTenant, n, BodyBytes, template: OtherTemplate), done => progress(done, all), cancellationToken);
        await Backlog.FillAsync(
            producer.Invitations, first, Matching, n => TestInvitation.Create(TestInvitation.Tenant(n % Tenants), n, BodyBytes, template: Template), done => progress(first + done, all), cancellationToken);
    }
}
