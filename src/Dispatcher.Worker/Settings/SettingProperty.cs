using System.Reflection;

namespace Dispatcher.Worker.Settings;

/// <summary>A key that the product knows, and the property that it binds to.</summary>
/// <param name="Key">For example <c>Smtp:Timeouts:Connect</c>.</param>
/// <param name="Default">The value when nobody sets it.</param>
internal sealed record SettingProperty(string Key, PropertyInfo Property, object? Default);
