namespace Dispatcher.Core.Templates;

/// <summary>What may stand in square brackets: the specification, section 3. The names are case sensitive.</summary>
public enum Placeholder
{
    /// <summary>Literal text.</summary>
    None = 0,

    Name,
    CompanyIdentifier,
    DomainName,
    Link,
    Stars,
    Products,
    Order,
    LegalNotice,
    UnsubscribeLink,
}
