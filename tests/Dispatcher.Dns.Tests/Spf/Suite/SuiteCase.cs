namespace Dispatcher.Dns.Tests.Spf.Suite;

/// <param name="Results">Any of these will do.</param>
/// <param name="Explanation">Null: not tested. <c>DEFAULT</c>: the record gives none.</param>
public sealed record SuiteCase(
    string Id, string Host, string MailFrom, string Helo, IReadOnlyList<string> Results, string? Explanation);
