using System.Runtime.CompilerServices;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Intake;

/// <summary>JSON lines: one invitation a line, as producers write it. Blank lines are skipped.</summary>
internal sealed class JsonLinesSource(LineReader lines, string? tenant, TimeProvider time) : IInvitationSource
{
    private readonly DerivedIds _ids = new();

    public long BytesRead => lines.BytesRead;

    public async IAsyncEnumerable<ReadInvitation> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (!LineDecoder.IsBlank(line))
            {
                yield return Read(line);
            }
        }
    }

    private ReadInvitation Read(in InputLine line)
    {
        if (LineDecoder.Problem(line, InvitationLimits.MaxBytes) is { } problem)
        {
            return ReadInvitation.Bad(line.Number, problem);
        }

        var now = time.GetUtcNow();
        var read = InvitationReader.Read(line.Bytes.Span, new(tenant, DerivedIds.Pending, now));
        return read.Ok
            ? new(line.Number, NewInvitationFactory.Create(line.Bytes, _ids.Complete(read.Invitation, line.Bytes.Span), now), null)
            : ReadInvitation.Bad(line.Number, read.Reason);
    }
}
