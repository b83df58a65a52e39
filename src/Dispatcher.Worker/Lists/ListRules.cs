using Dispatcher.Core.Addresses;
using Dispatcher.Core.Checks;
using Dispatcher.Core.Storage;

namespace Dispatcher.Worker.Lists;

/// <summary>What may stand in an uploaded list.</summary>
/// <param name="Columns">What a header may call the column of entries.</param>
/// <param name="MaxEntries">Entries of one upload.</param>
/// <param name="Comments">Whether lines that begin with # are skipped.</param>
/// <param name="FindFault">Null: an entry can stand on such a list. Otherwise why not.</param>
internal sealed record ListRules(IReadOnlyList<string> Columns, int MaxEntries, bool Comments, Func<string, string?> FindFault)
{
    private const int MaxTenantEntries = 5_000_000;

    private static readonly ListRules Allow = new(["email", "phone", "recipient"], MaxTenantEntries, Comments: false, AddressFault);
    private static readonly ListRules Skus = new(["sku"], MaxTenantEntries, Comments: false, ProductSkuCheck.FaultOf);

    /// <summary>The operators' block list.</summary>
    public static ListRules BlockedDomains { get; } = new(["domain"], IBlockListStore.MaxDomains, Comments: true, entry => DomainSyntax.FindFault(entry));

    public static ListRules Of(TenantList list) => list == TenantList.Skus ? Skus : Allow;

    private static string? AddressFault(string entry) =>
        entry.Contains('@', StringComparison.Ordinal) ? EmailSyntax.FindFault(entry) : PhoneSyntax.FindFault(entry);
}
