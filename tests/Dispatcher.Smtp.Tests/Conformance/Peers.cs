namespace Dispatcher.Smtp.Tests.Conformance;

internal static class Peers
{
    /// <summary>Skips where a server is missing; fails in CI.</summary>
    /// <param name="missing">Why it cannot be used here; null: it can.</param>
    public static void Require(string? missing)
    {
        if (missing is not null)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }
    }
}
