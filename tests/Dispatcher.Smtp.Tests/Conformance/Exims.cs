using Dispatcher.TestKit.Mail;

namespace Dispatcher.Smtp.Tests.Conformance;

internal static class Exims
{
    /// <summary>Skips where Exim is missing; fails in CI.</summary>
    public static void Require()
    {
        if (Exim.Missing is { } missing)
        {
            Assert.SkipUnless(Environment.GetEnvironmentVariable("CI") == "true", missing);
            Assert.Fail(missing);
        }
    }
}
