namespace Dispatcher.Redis;

/// <summary>
/// Tells what a walk by SCAN gives twice. It does so when the table of keys shrinks meanwhile, and then soon after the first time: it is
/// enough to remember the last <see cref="Generation"/> to twice as many.
/// </summary>
internal sealed class RecentKeys
{
    private const int Generation = 20_000;

    private HashSet<string> _older = [];
    private HashSet<string> _newer = [];

    /// <summary>False: it was met a short while ago.</summary>
    public bool Add(string key)
    {
        if (_older.Contains(key) || !_newer.Add(key))
        {
            return false;
        }

        if (_newer.Count >= Generation)
        {
            (_older, _newer) = (_newer, []);
        }

        return true;
    }
}
