using System.Text;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Tenants;

/// <summary>Reads tenants from a file, or from every YAML and JSON file of a folder, in the order of names.</summary>
internal static class TenantFiles
{
    private static readonly string[] Extensions = [".yaml", ".yml", ".json"];

    /// <returns>The tenants, and every mistake with its file; a tenant that two files name is a mistake.</returns>
    public static TenantReadResult Read(string path)
    {
        if (!Directory.Exists(path))
        {
            return ReadFile(path);
        }

        var files = Directory.EnumerateFiles(path)
            .Where(file => Extensions.Contains(Path.GetExtension(file), StringComparer.OrdinalIgnoreCase))
            .Order(StringComparer.Ordinal)
            .ToArray();
        var results = files.Select(file => (file, read: ReadFile(file))).ToArray();
        var problems = results.SelectMany(result => result.read.Problems).ToList();
        problems.AddRange(results
            .SelectMany(result => result.read.Tenants.Select(tenant => (tenant.Tenant, result.file)))
            .GroupBy(pair => pair.Tenant, pair => Path.GetFileName(pair.file))
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} is in more than one file: {string.Join(", ", group)}"));
        if (files.Length == 0)
        {
            problems.Add($"{path} holds no .yaml, .yml or .json file");
        }

        return new([.. results.SelectMany(result => result.read.Tenants)], problems);
    }

    private static TenantReadResult ReadFile(string path)
    {
        try
        {
            var read = TenantFile.Read(File.ReadAllText(path, Encoding.UTF8));
            return new(read.Tenants, [.. read.Problems.Select(problem => $"{path}: {problem}")]);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return new([], [$"{path}: {exception.Message}"]);
        }
    }
}
