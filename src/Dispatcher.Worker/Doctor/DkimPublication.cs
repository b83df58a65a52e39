using Dispatcher.Core.Dns;
using Dispatcher.Smtp.Dkim;

namespace Dispatcher.Worker.Doctor;

/// <summary>Compares the key that signs with what stands in DNS.</summary>
internal static class DkimPublication
{
    public static async ValueTask<DkimState> FindAsync(IDnsResolver resolver, DkimKeyInfo? key, CancellationToken cancellationToken)
    {
        if (key?.Record is not { } expected)
        {
            return DkimState.NoKey;
        }

        var answer = await resolver.QueryTxtAsync(expected.Name, cancellationToken);
        return answer.Kind == DnsAnswerKind.Failed ? DkimState.Unknown
            : answer.IsVoid ? DkimState.Missing
            : answer.Records.Any(record => KeyIn(record) is { Length: > 0 } published && published == KeyIn(expected.Value)) ? DkimState.Published
            : DkimState.Different;
    }

    /// <summary>The tag <c>p=</c> without the white space that may stand in it (RFC 6376 section 3.6.1); null: there is none.</summary>
    private static string? KeyIn(string record)
    {
        foreach (var tag in record.Split(';'))
        {
            var equals = tag.IndexOf('=');
            if (equals > 0 && tag.AsSpan(0, equals).Trim() is "p")
            {
                return string.Concat(tag[(equals + 1)..].Where(character => !char.IsWhiteSpace(character)));
            }
        }

        return null;
    }
}
