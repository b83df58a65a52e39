namespace Dispatcher.Worker.Hosting;

/// <summary>Section <c>Tenants</c>: tenants' settings as files.</summary>
public sealed class TenantsOptions
{
    public const string Section = "Tenants";

    /// <summary>A YAML or JSON file, or a folder of them, applied when a worker starts. Default empty: what Redis holds is left as it is.</summary>
    public string Path { get; set; } = "";
}
