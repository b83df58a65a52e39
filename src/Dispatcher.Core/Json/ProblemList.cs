namespace Dispatcher.Core.Json;

/// <summary>Collects what is wrong with an input, each with its path; a hostile input can't make it grow without end.</summary>
internal sealed class ProblemList
{
    private const int Max = 50;
    private List<string>? _problems;

    public bool Any => _problems is not null;

    public IReadOnlyList<string> All => _problems ?? (IReadOnlyList<string>)[];

    public void Add(string path, string what)
    {
        _problems ??= [];
        if (_problems.Count < Max)
        {
            _problems.Add(path.Length == 0 ? what : $"{path}: {what}");
        }
    }
}
