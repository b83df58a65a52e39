using Dispatcher.Core.Dns;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Worker.Doctor;

/// <summary>Compares the key that signs with what stands in DNS.</summary>
internal static class DkimPublication
{
    /// <param name="key">Null, or one that can't be read: messages are not signed.</param>
    /// <exception cref="OperationCanceledException">Only when <paramref name="cancellationToken"/> fired.</exception>
    public static async ValueTask<DkimAnswer> FindAsync(IDnsResolver resolver, DkimKeyInfo? key, CancellationToken cancellationToken)
    {
        if (key?.Record is not { } expected)
        {
            return DkimAnswer.Of(DkimState.NoKey);
        }

        var answer = await resolver.QueryTxtAsync(expected.Name, cancellationToken);
        if (answer.Kind != DnsAnswerKind.Found)
        {
            return DkimAnswer.Of(answer.IsVoid ? DkimState.Missing : DkimState.Unknown);
        }

        // Of several the best for us is told: which one verifiers take is not defined (RFC 6376 section 3.6.2.2).
        var ours = DkimKeyTags.Parse(expected.Value, out _)!.Key;
        var judged = answer.Records.Select(record => Judge(record, ours)).ToList();
        var best = judged.Find(one => one.State == DkimState.Published) ?? judged.Find(one => one.State == DkimState.Unusable) ?? judged[0];
        return best with { Records = judged.Count };
    }

    private static DkimAnswer Judge(string record, string ours)
    {
        if (DkimKeyTags.Parse(record, out var fault) is not { } tags)
        {
            return DkimAnswer.Of(DkimState.Unusable) with { Faults = [fault!] };
        }

        var state = tags.Key.Length == 0 ? DkimState.Revoked
            : tags.Key != ours ? DkimState.Different
            : tags.Faults.Count > 0 ? DkimState.Unusable
            : DkimState.Published;
        return new(state, state == DkimState.Unusable ? tags.Faults : [], tags.IsTesting, Records: 1);
    }
}
