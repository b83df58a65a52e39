using System.Globalization;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.LoadTests.Load;

/// <summary>What one RSA signature costs this machine, by <c>openssl speed</c>.</summary>
internal static class OpenSsl
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    /// <returns>Microseconds a signature of 2,048 bits; null: openssl is not installed.</returns>
    public static async Task<double?> SignatureMicrosecondsAsync()
    {
        string output;
        try
        {
            output = await ChildProcess.RunAsync("openssl", Limit, "speed", "-seconds", "2", "rsa2048");
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }

        // The last line: rsa 2048 bits 0.000513s 0.000015s 1948.1 68337.0
        var parts = output.Split('\n').Last(line => line.StartsWith("rsa", StringComparison.Ordinal) && line.Contains("bits", StringComparison.Ordinal))
            .Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return 1e6 * double.Parse(parts[3].TrimEnd('s'), CultureInfo.InvariantCulture);
    }
}
