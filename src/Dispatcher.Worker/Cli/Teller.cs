namespace Dispatcher.Worker.Cli;

/// <summary>Unlike the library's <see cref="Progress{T}"/>, tells at once and in order.</summary>
internal sealed class Teller<T>(Action<T> show) : IProgress<T>
{
    public void Report(T value) => show(value);
}
