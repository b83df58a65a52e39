namespace Dispatcher.Worker.Bounces;

/// <summary>Writes what replies mean, line by line. Disposing it sends out what is left.</summary>
internal interface IReplyWriter : IDisposable
{
    /// <summary>False: the line was no reply.</summary>
    bool Write(ReadOnlySpan<char> line);
}
