using Dispatcher.Core.Spf;

namespace Dispatcher.Core.Tests.Checks;

/// <summary>Says by the first word of the domain what SPF would: refusing, doubtful, silent, broken, away, unknown; anything else passes.</summary>
internal sealed class FakeSpfEvaluator : ISpfEvaluator
{
    private readonly TaskCompletionSource _asked = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _evaluations;

    /// <summary>Answers wait for it.</summary>
    public TaskCompletionSource? Gate { get; set; }

    /// <summary>Ends with the first evaluation's beginning.</summary>
    public Task Asked => _asked.Task;

    public int Evaluations => Volatile.Read(ref _evaluations);

    /// <summary>Takes the place of the domain's word.</summary>
    public Func<SpfRequest, SpfResult>? Say { get; set; }

    /// <summary>The number of the look-up that an include is.</summary>
    public int? IncludeAt { get; set; }

    public async ValueTask<SpfVerdict> CheckHostAsync(SpfRequest request, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _evaluations);
        _asked.TrySetResult();
        await (Gate?.Task ?? Task.CompletedTask);
        var domain = request.MailFrom[(request.MailFrom.IndexOf('@') + 1)..];
        var result = Say?.Invoke(request) ?? domain.Split('.')[0] switch
        {
            "refusing" => SpfResult.Fail,
            "doubtful" => SpfResult.SoftFail,
            "silent" => SpfResult.Neutral,
            "broken" => SpfResult.PermError,
            "away" => SpfResult.TempError,
            "unknown" => SpfResult.None,
            _ => SpfResult.Pass,
        };
        return new SpfVerdict
        {
            Result = result,
            Domain = domain,
            Record = result == SpfResult.None ? null : "v=spf1 -all",
            Mechanism = result is SpfResult.Fail ? "-all" : null,
            DecidedBy = result is SpfResult.Fail ? domain : null,
            Problem = result is SpfResult.PermError or SpfResult.TempError ? "something is wrong" : null,
            Lookups = IncludeAt > 10 ? 11 : 1,
            TimeToLive = TimeSpan.FromMinutes(10),
        };
    }

    public ValueTask<int?> FindIncludeAsync(string domain, string include, CancellationToken cancellationToken) => ValueTask.FromResult(IncludeAt);
}
