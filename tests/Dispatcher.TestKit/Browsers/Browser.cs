using System.Globalization;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Browsers;

/// <summary>Chromium without a window: shows a page and takes its picture. It reaches no network, and keeps nothing.</summary>
public static class Browser
{
    private const string Program = "chromium";

    /// <summary>A start takes a second or two, on a busy machine ten.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Why it can't be used here; null: it can.</summary>
    public static string? Missing =>
        (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':').Any(folder => File.Exists(Path.Combine(folder, Program)))
            ? null : $"{Program} is not there (scripts/need {Program} {Program} installs it)";

    /// <param name="html">The page.</param>
    /// <param name="width">Of the window, in pixels.</param>
    /// <param name="height">Of the window, in pixels.</param>
    public static async Task<Picture> ShowAsync(string html, int width, int height)
    {
        using var folder = new TempFolder();
        var (page, picture) = (Path.Combine(folder.Path, "page.html"), Path.Combine(folder.Path, "page.png"));
        await File.WriteAllTextAsync(page, html);
        await ChildProcess.RunAsync(
            Program,
            Patience,
            "--headless",
            "--no-sandbox", // which a container's root has no use of
            "--disable-gpu",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--hide-scrollbars",
            "--force-device-scale-factor=1",
            "--host-resolver-rules=MAP * ~NOTFOUND",
            $"--user-data-dir={folder.Sub("profile")}",
            string.Create(CultureInfo.InvariantCulture, $"--window-size={width},{height}"),
            $"--screenshot={picture}",
            new Uri(page).AbsoluteUri);
        return Picture.Read(await File.ReadAllBytesAsync(picture));
    }
}
