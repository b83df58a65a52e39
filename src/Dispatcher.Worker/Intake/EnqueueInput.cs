using Dispatcher.Worker.Cli;

namespace Dispatcher.Worker.Intake;

/// <summary>What <c>enqueue</c> reads: a file, standard input, or standard input kept in a temporary file because it is read twice.</summary>
internal sealed class EnqueueInput : IAsyncDisposable
{
    private EnqueueInput(Stream stream) => Stream = stream;

    public Stream Stream { get; }

    /// <summary>Bytes; null: unknown.</summary>
    public long? Length => Stream.CanSeek ? Stream.Length : null;

    /// <param name="name">A path, or <c>-</c>.</param>
    /// <param name="twice">Whether <see cref="Rewind"/> will be called.</param>
    /// <exception cref="UsageException">It can't be opened.</exception>
    public static async ValueTask<EnqueueInput> OpenAsync(
        string name, CliEnvironment environment, bool twice, CancellationToken cancellationToken)
    {
        if (name != "-")
        {
            return new(OpenFile(name));
        }

        var input = environment.OpenInput();
        if (!twice)
        {
            return new(input);
        }

        await using (input)
        {
            var copy = new FileStream(
                Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose);
            await input.CopyToAsync(copy, cancellationToken);
            copy.Position = 0;
            return new(copy);
        }
    }

    public void Rewind() => Stream.Position = 0;

    public ValueTask DisposeAsync() => Stream.DisposeAsync();

    private static FileStream OpenFile(string name)
    {
        try
        {
            return new FileStream(name, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new UsageException(Directory.Exists(name) ? $"{name} is a folder; give a file." : $"{name} can't be read: {exception.Message}");
        }
    }
}
