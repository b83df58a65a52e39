using System.Text.Json.Nodes;
using Dispatcher.Core.Destinations;
using Dispatcher.Core.Json;
using Dispatcher.Core.Tenants;

namespace Dispatcher.Worker.Files;

/// <summary>What differs between files of tenants and of destination groups.</summary>
internal sealed record SettingsFormat<T>
{
    /// <summary>The word for one in what people read: <c>tenant/acme created</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The key that holds the name, in files and in answers.</summary>
    public required string NameKey { get; init; }

    /// <summary>The key that may hold a list.</summary>
    public required string ListKey { get; init; }

    public required Func<JsonNode?, NodePlace?, ReadResult<T>> Read { get; init; }

    /// <summary>As JSON; the second argument: indented.</summary>
    public required Func<T, bool, string> Write { get; init; }

    public required Func<T, string> Name { get; init; }

    /// <summary>What only one file of a folder may hold, in words.</summary>
    public required Func<T, IEnumerable<string>> Once { get; init; }
}

/// <summary>The formats there are.</summary>
internal static class SettingsFormat
{
    public static SettingsFormat<TenantSettings> Tenants { get; } = new()
    {
        Kind = "tenant",
        NameKey = "tenant",
        ListKey = "tenants",
        Read = TenantSettingsReader.Read,
        Write = TenantSettingsWriter.Write,
        Name = tenant => tenant.Tenant,
        Once = tenant => [$"tenant/{tenant.Tenant}"],
    };

    public static SettingsFormat<DestinationGroup> Destinations { get; } = new()
    {
        Kind = "destination",
        NameKey = "group",
        ListKey = "destinations",
        Read = DestinationGroupReader.Read,
        Write = DestinationGroupWriter.Write,
        Name = group => group.Group,
        Once = group => [$"destination/{group.Group}", .. group.Domains.Select(domain => $"the domain {domain}")],
    };
}
