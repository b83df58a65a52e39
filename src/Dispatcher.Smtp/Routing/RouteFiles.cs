using System.Text;
using System.Text.Json.Nodes;
using Dispatcher.Core.Json;
using Dispatcher.Core.Sending.Routes;
using Dispatcher.Smtp.Tls;

namespace Dispatcher.Smtp.Routing;

/// <summary>Reads the files of <see cref="SmtpOptions.RoutesFile"/> and <see cref="SmtpOptions.ShapingFile"/>.</summary>
public static class RouteFiles
{
    /// <summary>Octets beyond which a file is refused.</summary>
    public const int LargestFile = 16 * 1024 * 1024;

    /// <summary>Both files, or every mistake in them, each with file and path.</summary>
    /// <param name="options">With a file of routes.</param>
    /// <param name="format">How files are read.</param>
    public static (RouteSetup? Setup, IReadOnlyList<string> Problems) Read(SmtpOptions options, SmtpFileFormat format)
    {
        var problems = new List<string>();
        var routes = ReadFile(options.RoutesFile!, format, RouteFileReader.Read, problems);
        var shaping = ReadShaping(options.ShapingFile, format, problems);
        if (routes is not null)
        {
            problems.AddRange(SecurityProblems(options, routes).Select(problem => $"{options.RoutesFile}: {problem}"));
        }

        return (problems.Count == 0 ? new RouteSetup(routes!, shaping!) : null, problems);
    }

    /// <summary>The file of shaping rules, or the shipped ones; null: <paramref name="problems"/> says why.</summary>
    public static ShapingFile? ReadShaping(string? path, SmtpFileFormat format, List<string> problems) =>
        path is { Length: > 0 } ? ReadFile(path, format, ShapingFileReader.Read, problems)
        : format.ShippedShaping is { } shipped ? ReadText(shipped, "shipped shaping rules", format, ShapingFileReader.Read, problems)
        : new ShapingFile(ShapingTable.Empty.Default, []);

    private static T? ReadFile<T>(string path, SmtpFileFormat format, Func<JsonNode?, ReadResult<T>> read, List<string> problems)
        where T : class
    {
        try
        {
            if (new FileInfo(path).Length > LargestFile)
            {
                problems.Add($"{path}: is larger than 16 MB");
                return null;
            }

            return ReadText(File.ReadAllText(path, Encoding.UTF8), path, format, read, problems);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            problems.Add($"{path}: can't be read: {fault.Message}");
            return null;
        }
    }

    private static T? ReadText<T>(string text, string name, SmtpFileFormat format, Func<JsonNode?, ReadResult<T>> read, List<string> problems)
        where T : class
    {
        var (root, fault) = format.Parse(text);
        var result = fault is null ? read(root) : new([], [fault]);
        problems.AddRange(result.Problems.Select(problem => $"{name}: {problem}"));
        return result.Ok ? result.Items[0] : null;
    }

    /// <summary>What the operator may not have meant, with the route's name.</summary>
    internal static IEnumerable<string> Warnings(SmtpOptions options, RouteFile file) => OfRelays(options, file, SecurityWarnings.Of)
        .Select(warning => $"route {warning.Route.Name}: {warning.Text}");

    /// <summary>TLS and login of each relay by the rules for the settings of the same names; files are tried too.</summary>
    private static IEnumerable<string> SecurityProblems(SmtpOptions options, RouteFile file) => OfRelays(options, file, SecurityRules.Problems)
        .Select(problem => $"routes[{problem.Index}] ({problem.Route.Name}): {problem.Text}");

    private static IEnumerable<(int Index, RouteSettings Route, string Text)> OfRelays(
        SmtpOptions options, RouteFile file, Func<SmtpOptions, IEnumerable<string>> judge) => file.Routes
        .SelectMany((route, index) => (route.Relay?.Endpoints ?? [])
            .SelectMany(endpoint => judge(RouteOptions.OfRelay(options, route, endpoint)))
            .Distinct()
            .Select(text => (index, route, text.Replace("Smtp:", "", StringComparison.Ordinal))));
}
