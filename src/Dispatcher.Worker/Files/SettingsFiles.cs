using Dispatcher.Core.Json;

namespace Dispatcher.Worker.Files;

/// <summary>Reads settings from a file, or from every YAML and JSON file of a folder, in the order of names.</summary>
internal static class SettingsFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <returns>The settings, and every mistake with its file; what two files hold is a mistake.</returns>
    public static ReadResult<T> Read<T>(string path, SettingsFormat<T> format)
    {
        if (!Directory.Exists(path))
        {
            return ReadFile(path, format);
        }

        var files = Directory.EnumerateFiles(path)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var results = files.Select(file => (file, read: ReadFile(file, format))).ToArray();
        var problems = results.SelectMany(result => result.read.Problems).ToList();
        problems.AddRange(results
            .SelectMany(result => result.read.Items.SelectMany(format.Once).Distinct().Select(what => (what, result.file)))
            .GroupBy(pair => pair.what, pair => Path.GetFileName(pair.file))
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} is in more than one file: {string.Join(", ", group)}"));
        if (files.Length == 0)
        {
            problems.Add($"{path} holds no .yaml, .yml or .json file");
        }

        return new([.. results.SelectMany(result => result.read.Items)], problems);
    }

    private static ReadResult<T> ReadFile<T>(string path, SettingsFormat<T> format)
    {
        try
        {
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
            var read = SettingsFile.Read(file, format);
            return new(read.Items, [.. read.Problems.Select(problem => $"{path}: {problem}")]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new([], [$"{path}: {exception.Message}"]);
        }
    }
}
