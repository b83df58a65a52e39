namespace Dispatcher.Worker.Settings;

/// <summary>A section of the configuration and the class that it binds to.</summary>
/// <param name="OwnNotation">Its values are read by a binder of its own, which judges them.</param>
internal sealed record SettingsSection(string Name, Type Options, bool OwnNotation = false);
