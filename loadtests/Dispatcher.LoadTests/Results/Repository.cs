namespace Dispatcher.LoadTests.Results;

/// <summary>The repository that the tool was built in; the build output lies inside it.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    /// <summary>The worker's executable of the same configuration as this tool.</summary>
    public static string Worker => Path.Combine(
        Root, "artifacts", "bin", "Dispatcher.Worker", new DirectoryInfo(AppContext.BaseDirectory).Name, "dispatcher.dll");

    private static string Find()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "Dispatcher.sln")))
        {
            folder = folder.Parent;
        }

        return folder?.FullName ?? AppContext.BaseDirectory;
    }
}
