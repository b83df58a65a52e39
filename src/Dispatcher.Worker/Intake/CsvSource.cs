using System.Runtime.CompilerServices;
using System.Text;
using Dispatcher.Core.Invitations;
using Dispatcher.Core.Storage;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Intake;

/// <summary>CSV with a header line. Each row becomes the JSON that a producer would have written, and is then judged like it.</summary>
internal sealed class CsvSource(LineReader lines, string? tenant, TimeProvider time) : IInvitationSource
{
    private readonly DerivedIds _ids = new();

    public long BytesRead => lines.BytesRead;

    /// <exception cref="UsageException">The header is missing or wrong: then no line can be trusted.</exception>
    public async IAsyncEnumerable<ReadInvitation> ReadAllAsync([EnumeratorCancellation] CancellationToken cancellationToken)
    {
        if (await HeaderAsync(cancellationToken) is not { } header)
        {
            yield break;
        }

        var parser = new CsvLineParser(CsvLineParser.SeparatorOf(Encoding.UTF8.GetString(header.Span)));
        var columns = CsvColumns.FromHeader(
            parser.Split(header) ?? throw new UsageException("The header of the CSV file is wrong: its quotes don't match."));
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (!LineDecoder.IsBlank(line))
            {
                yield return Read(line, parser, columns);
            }
        }
    }

    private async ValueTask<ReadOnlyMemory<byte>?> HeaderAsync(CancellationToken cancellationToken)
    {
        while (await lines.ReadAsync(cancellationToken) is { } line)
        {
            if (LineDecoder.Problem(line, InvitationLimits.MaxBytes) is { } problem)
            {
                throw new UsageException($"The header of the CSV file is wrong: {problem}.");
            }

            if (!LineDecoder.IsBlank(line))
            {
                return line.Bytes;
            }
        }

        return null;
    }

    private ReadInvitation Read(in InputLine line, CsvLineParser parser, CsvColumns columns)
    {
        if (LineDecoder.Problem(line, InvitationLimits.MaxBytes) is { } problem)
        {
            return ReadInvitation.Bad(line.Number, problem);
        }

        if (parser.Split(line.Bytes) is not { } fields)
        {
            return ReadInvitation.Bad(line.Number, "the quotes don't match; a quoted field must end on its line");
        }

        if (fields.Length != columns.Count)
        {
            return ReadInvitation.Bad(line.Number, $"the line has {fields.Length} fields, the header has {columns.Count}");
        }

        var now = time.GetUtcNow();
        var body = CsvRow.ToJson(fields, columns);
        var read = InvitationReader.Read(body, new(tenant, DerivedIds.Pending, now));
        return read.Ok
            ? new(line.Number, NewInvitationFactory.Create(body, _ids.Complete(read.Invitation, body), now), null)
            : ReadInvitation.Bad(line.Number, read.Reason);
    }
}
