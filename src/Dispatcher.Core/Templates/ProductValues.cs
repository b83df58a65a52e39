namespace Dispatcher.Core.Templates;

/// <summary>One product as the block of products shows it.</summary>
/// <param name="Name">Never empty: the SKU stands in for a missing name.</param>
/// <param name="Link">https; leads to the review form of this product.</param>
/// <param name="ImageUrl">http or https; null: no picture.</param>
public sealed record ProductValues(string Name, string Link, string? ImageUrl);
