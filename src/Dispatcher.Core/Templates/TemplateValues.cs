namespace Dispatcher.Core.Templates;

/// <summary>What an invitation puts in place of the placeholders: unescaped, one line each, free of control characters.</summary>
/// <remarks>Made by <see cref="TemplateValuesFactory"/>, which cleans what producers wrote.</remarks>
public sealed record TemplateValues
{
    /// <summary>Null: the localised "customer" is shown.</summary>
    public string? Name { get; init; }

    /// <summary>The tenant's display name, else its domain.</summary>
    public required string Company { get; init; }

    public required string Domain { get; init; }

    /// <summary>https; leads to the review form.</summary>
    public required string Link { get; init; }

    /// <summary>https; ends further invitations.</summary>
    public required string UnsubscribeLink { get; init; }

    /// <summary>The reference number; empty: none.</summary>
    public string Order { get; init; } = "";

    public IReadOnlyList<ProductValues> Products { get; init; } = [];

    /// <summary>Language tag of our own phrases; null: the template's.</summary>
    public string? Locale { get; init; }
}
