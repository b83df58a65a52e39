namespace Dispatcher.Core.Sending.Routes;

/// <summary>What <c>Smtp:ShapingFile</c> says, without mistakes.</summary>
/// <param name="Default">For destinations that no rule matches; its domains and exchangers are empty.</param>
public sealed record ShapingFile(ShapingRule Default, IReadOnlyList<ShapingRule> Rules);
