using System.Globalization;
using System.Text.Json.Nodes;

namespace Dispatcher.Core.Json;

/// <summary>
/// Collects what is wrong with an input, each with its path and its place if that is known; a hostile input can't make it grow without end.
/// </summary>
/// <param name="most">How many are kept; of the rest only their number.</param>
/// <param name="place">Null: places are not known.</param>
internal sealed class ProblemList(int most = 50, NodePlace? place = null)
{
    private List<string>? _problems;
    private int _more;

    public bool Any => _problems is not null;

    public IReadOnlyList<string> All => _problems is null ? []
        : _more == 0 ? _problems
        : [.. _problems, string.Create(CultureInfo.InvariantCulture, $"and {_more} more")];

    public void Add(string path, string what) => Keep(path.Length == 0 ? what : $"{path}: {what}");

    /// <param name="node">What holds the key.</param>
    /// <param name="key">As <see cref="NodePlace"/> wants it.</param>
    /// <param name="path">The whole path of the key.</param>
    /// <param name="what">What to do.</param>
    public void Add(JsonNode node, string key, string path, string what)
    {
        var told = path.Length == 0 ? what : $"{path}: {what}";
        Keep(place?.Invoke(node, key) is { } where ? $"{where}: {told}" : told);
    }

    private void Keep(string problem)
    {
        _problems ??= [];
        if (_problems.Count < most)
        {
            _problems.Add(problem);
        }
        else
        {
            _more++;
        }
    }
}
