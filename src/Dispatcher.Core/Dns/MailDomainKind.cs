namespace Dispatcher.Core.Dns;

/// <summary>Whether a domain takes mail, as far as DNS tells.</summary>
public enum MailDomainKind
{
    /// <summary>Never given: a bug.</summary>
    Unset = 0,

    /// <summary>It has mail exchangers with addresses, or an address of its own (RFC 5321 section 5.1).</summary>
    TakesMail,

    /// <summary>It says that it neither takes nor sends mail (RFC 7505).</summary>
    NullMx,

    NoSuchDomain,

    /// <summary>It exists, and has neither mail exchangers nor an address.</summary>
    NoMailServer,

    /// <summary>Its mail exchangers have no addresses.</summary>
    BrokenMx,

    /// <summary>DNS did not answer.</summary>
    Unknown,
}
