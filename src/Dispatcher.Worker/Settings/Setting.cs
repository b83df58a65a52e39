namespace Dispatcher.Worker.Settings;

/// <summary>One setting as <c>dispatcher settings</c> shows it. Secrets are masked in both values.</summary>
/// <param name="Source"><c>file</c>, <c>environment</c>, <c>command line</c> or <c>default</c>.</param>
internal sealed record Setting(string Key, string? Value, string? Default, string Source, string Description);
