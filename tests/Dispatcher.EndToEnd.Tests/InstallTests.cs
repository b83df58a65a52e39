using Dispatcher.TestKit.Processes;

namespace Dispatcher.EndToEnd.Tests;

/// <summary><c>scripts/need</c> on a machine that has nothing yet, with an <c>apt-get</c> that writes down what it is asked for.</summary>
public sealed class InstallTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Need_ProgramMissing_InstallsAllItsPackages()
    {
        using var folder = new TempFolder();
        Write(folder, "apt-get", $"echo \"$@\" >> {folder.Path}/asked; printf '#!/bin/sh\\n' > {folder.Path}/brand-new; chmod +x {folder.Path}/brand-new");
        Write(folder, "sudo", "exec \"$@\"");

        await using var need = Need(folder, "brand-new", "package-one", "package-two");

        Assert.True(await need.ExitAsync(Patience) == 0, need.Output);
        Assert.EndsWith(" package-one package-two", (await File.ReadAllLinesAsync(Path.Combine(folder.Path, "asked")))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Need_InstallationFails_SaysWhatAptSaid()
    {
        using var folder = new TempFolder();
        Write(folder, "apt-get", "echo 'Unable to locate package'; exit 100");
        Write(folder, "sudo", "exec \"$@\"");

        await using var need = Need(folder, "brand-new", "package-one");

        Assert.Equal(3, await need.ExitAsync(Patience));
        Assert.Contains("Unable to locate package", need.Output, StringComparison.Ordinal);
        Assert.Contains("could not install package-one", need.Output, StringComparison.Ordinal);
    }

    private static ChildProcess Need(TempFolder folder, params string[] arguments) => ChildProcess.Start(
        "bash",
        [Path.Combine(WorkerProcess.Root, "scripts", "need"), .. arguments],
        new Dictionary<string, string> { ["PATH"] = $"{folder.Path}:/usr/bin:/bin" });

    private static void Write(TempFolder folder, string name, string body)
    {
        var file = Path.Combine(folder.Path, name);
        File.WriteAllText(file, $"#!/bin/sh\n{body}\n");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }
}
