using System.Collections;
using System.Reflection;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Pipeline;
using Dispatcher.Core.Sending;
using Dispatcher.Dns;
using Dispatcher.Redis;
using Dispatcher.Smtp;
using Dispatcher.Worker.Hosting;
using Dispatcher.Worker.Http;
using Dispatcher.Worker.Templates;
using Links = Dispatcher.Core.Templates.LinkOptions;

namespace Dispatcher.Worker.Settings;

/// <summary>Every section that the product reads. A new options class is registered here, or <c>settings</c> does not show it.</summary>
internal static class SettingsCatalog
{
    public static IReadOnlyList<SettingsSection> Sections { get; } =
    [
        new(RedisOptions.Section, typeof(RedisOptions)),
        new(QueueOptions.Section, typeof(QueueOptions)),
        new(PipelineOptions.Section, typeof(PipelineOptions)),
        new(SmtpOptions.Section, typeof(SmtpOptions)),
        new(DnsOptions.Section, typeof(DnsOptions)),
        new(ChecksOptions.Section, typeof(ChecksOptions)),
        new(RetryOptions.Section, typeof(RetryOptions), OwnNotation: true),
        new(Links.Section, typeof(Links)),
        new(TemplatesOptions.Section, typeof(TemplatesOptions)),
        new(TenantsOptions.Section, typeof(TenantsOptions)),
        new(DestinationsOptions.Section, typeof(DestinationsOptions)),
        new(HttpOptions.Section, typeof(HttpOptions)),
    ];

    /// <summary>Every key, in the order of the sections and of the properties in their class.</summary>
    public static IReadOnlyList<SettingProperty> Properties { get; } =
        [.. Sections.SelectMany(section => Below(section.Name, Activator.CreateInstance(section.Options)!))];

    private static IEnumerable<SettingProperty> Below(string prefix, object options)
    {
        foreach (var property in options.GetType().GetProperties(BindingFlags.Public | BindingFlags.Instance))
        {
            var key = $"{prefix}:{property.Name}";
            var value = property.GetValue(options);
            if (IsGroup(property.PropertyType))
            {
                foreach (var inner in Below(key, value!))
                {
                    yield return inner;
                }
            }
            else if (property.CanWrite || value is IList)
            {
                yield return new(key, property, value);
            }
        }
    }

    /// <summary>An options class inside an options class.</summary>
    private static bool IsGroup(Type type) =>
        type.IsClass && !typeof(IEnumerable).IsAssignableFrom(type) && type.Namespace?.StartsWith(nameof(Dispatcher), StringComparison.Ordinal) == true;
}
