namespace Dispatcher.Worker.Hosting;

/// <summary>Section <c>Destinations</c>: destination groups as files.</summary>
public sealed class DestinationsOptions
{
    public const string Section = "Destinations";

    /// <summary>A YAML or JSON file, or a folder of them, applied when a worker starts. Default empty: what Redis holds is left as it is.</summary>
    public string Path { get; set; } = "";
}
