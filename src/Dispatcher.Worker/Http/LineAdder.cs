using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Intake;

namespace Dispatcher.Worker.Http;

/// <summary>Reads a request's lines as invitations, stores them in batches, and keeps the answer up to date. Used by one request.</summary>
internal sealed class LineAdder(IInvitationStore store, string tenant, string? key, TimeProvider time, AddAnswer answer)
{
    /// <summary>No invitation may be called this: a colon at its end marks "none" while a line is read.</summary>
    private const string NoId = "none:";

    private readonly List<(long Line, NewInvitation Invitation)> _batch = new(BatchEnqueuer.BatchSize);

    public bool Full => answer.Full;

    public async ValueTask AddAsync(InputLine line, CancellationToken cancellationToken)
    {
        if (LineDecoder.Problem(line, InvitationLimits.MaxBytes) is { } problem)
        {
            answer.Reject(line.Number, problem);
            return;
        }

        var now = time.GetUtcNow();
        var derived = key is null ? NoId : IdempotencyKey.IdOf(key, line.Number);
        var read = InvitationReader.Read(line.Bytes.Span, new(tenant, derived, now));
        if (!read.Ok)
        {
            answer.Reject(line.Number, read.Reason);
        }
        else if (read.Invitation.Id == NoId)
        {
            answer.Reject(line.Number, $"id: is missing; send one, or an {IdempotencyKey.Header} header to derive it from");
        }
        else
        {
            _batch.Add((line.Number, NewInvitationFactory.Create(line.Bytes, read.Invitation, now)));
        }

        if (_batch.Count == BatchEnqueuer.BatchSize)
        {
            await FlushAsync(cancellationToken);
        }
    }

    public async ValueTask FlushAsync(CancellationToken cancellationToken)
    {
        if (_batch.Count == 0)
        {
            return;
        }

        var results = await store.AddAsync([.. _batch.Select(item => item.Invitation)], "http", cancellationToken);
        for (var i = 0; i < results.Count; i++)
        {
            answer.Count(results[i], _batch[i].Line, _batch[i].Invitation.Id);
        }

        _batch.Clear();
    }
}
