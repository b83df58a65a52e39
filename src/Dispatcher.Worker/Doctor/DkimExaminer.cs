using Dispatcher.Core.Dns;
using Dispatcher.Core.Storage;
using Dispatcher.Smtp.Dkim;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Doctor;

/// <summary>
/// Looks at every key that signs: whether its file can be used, and whether verifiers find it in DNS. Each look-up is bounded by the resolver,
/// and all of them by <see cref="Limit"/>: what has not been answered by then counts as not answered.
/// </summary>
internal sealed class DkimExaminer(IDnsResolver resolver, TimeProvider time)
{
    /// <summary>For all keys together.</summary>
    public static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <summary>Look-ups under way at once.</summary>
    public const int AtOnce = 8;

    /// <summary>Without <c>Smtp:Dkim:Path</c> there is nothing to find.</summary>
    public static async Task<IReadOnlyList<Finding>> FindAsync(CommandContext context, CancellationToken cancellationToken)
    {
        if (context.Settings.Configuration["Smtp:Dkim:Path"] is not { Length: > 0 } folder)
        {
            return [];
        }

        IReadOnlyList<DkimKeyInfo> keys;
        try
        {
            keys = new DkimKeyStore(Path.GetFullPath(folder)).List();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return [File($"Smtp:Dkim:Path can't be read: {Cell.Plain(exception.Message)}", "make the folder readable, or leave the setting out")];
        }

        return await new DkimExaminer(context.Service<IDnsResolver>(), context.Environment.Time).FindAsync(keys, cancellationToken);
    }

    /// <param name="keys">All of a folder; those that sign are looked up.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> fired.</exception>
    public async Task<IReadOnlyList<Finding>> FindAsync(IReadOnlyList<DkimKeyInfo> keys, CancellationToken cancellationToken)
    {
        // 1. Files, of which one that can't be used keeps a worker from starting. Those that wait are not read by it.
        var findings = keys.Where(key => key is { Fault: not null, Waits: false })
            .Select(key => File($"DKIM key {Cell.Plain(key.File)} can't be used: {Cell.Plain(key.Fault)}", "put it right or take it away")).ToList();

        // 2. Records, several at once: each may keep us waiting.
        var signing = keys.Where(key => key is { Signs: true, Fault: null }).ToArray();
        var answers = new DkimAnswer[signing.Length];
        using var late = new CancellationTokenSource(Limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        await Parallel.ForEachAsync(
            Enumerable.Range(0, signing.Length),
            new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken },
            async (index, _) => answers[index] = await AnswerAsync(signing[index], either.Token, cancellationToken));

        // 3. What is wrong, key by key.
        findings.AddRange(signing.Zip(answers).SelectMany(pair => DkimFindings.Of(pair.First, pair.Second)));
        var unknown = signing.Where((_, index) => answers[index].State == DkimState.Unknown).ToList();
        return unknown.Count == 0 ? findings : [.. findings, DkimFindings.Unknown(unknown)];
    }

    private async ValueTask<DkimAnswer> AnswerAsync(DkimKeyInfo key, CancellationToken either, CancellationToken cancellationToken)
    {
        try
        {
            return await DkimPublication.FindAsync(resolver, key, either);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return DkimAnswer.Of(DkimState.Unknown);
        }
    }

    private static Finding File(string what, string remedy) => new(FindingSeverity.Error, "dkim-file", what, $"{remedy}: no worker starts with it");
}
