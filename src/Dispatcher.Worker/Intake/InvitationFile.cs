using System.IO.Pipelines;
using Dispatcher.Core.Invitations;
using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Intake;

/// <summary>Opens a stream of lines as the right source.</summary>
internal static class InvitationFile
{
    /// <param name="input">Stays open.</param>
    /// <param name="name">The file's name; its extension decides when <paramref name="format"/> is auto. <c>-</c>: standard input.</param>
    /// <param name="tenant">Who every line belongs to; null: each line says.</param>
    /// <exception cref="UsageException">It can't be read.</exception>
    public static async ValueTask<IInvitationSource> OpenAsync(
        Stream input, string name, FileFormat format, string? tenant, TimeProvider time, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(input, new StreamPipeReaderOptions(bufferSize: 64 * 1024, leaveOpen: true));
        if (format == FileFormat.Auto)
        {
            format = ByExtension(name) ?? await ByFirstByteAsync(pipe, cancellationToken);
        }

        var lines = new LineReader(pipe, InvitationLimits.MaxBytes);
        return format == FileFormat.Csv ? new CsvSource(lines, tenant, time) : new JsonLinesSource(lines, tenant, time);
    }

    private static FileFormat? ByExtension(string name) => Path.GetExtension(name).ToLowerInvariant() switch
    {
        ".csv" or ".tsv" => FileFormat.Csv,
        ".jsonl" or ".ndjson" or ".json" => FileFormat.Jsonl,
        _ => null,
    };

    /// <summary>JSON begins with a brace, a header never does.</summary>
    private static async ValueTask<FileFormat> ByFirstByteAsync(PipeReader pipe, CancellationToken cancellationToken)
    {
        var read = await pipe.ReadAtLeastAsync(4, cancellationToken);
        var brace = First(read.Buffer.FirstSpan) == (byte)'{';
        pipe.AdvanceTo(read.Buffer.Start);
        return brace ? FileFormat.Jsonl : FileFormat.Csv;
    }

    private static byte First(ReadOnlySpan<byte> bytes)
    {
        // A byte order mark and white space may stand before it.
        ReadOnlySpan<byte> skipped = [0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\n', (byte)'\r', (byte)'\t'];
        var text = bytes.TrimStart(skipped);
        return text.IsEmpty ? (byte)0 : text[0];
    }
}
