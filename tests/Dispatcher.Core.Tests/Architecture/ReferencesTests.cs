using System.Runtime.CompilerServices;
using System.Xml.Linq;

namespace Dispatcher.Core.Tests.Architecture;

/// <summary>References point one way: leaves to Core, Worker to all. The project files are the truth; the compiler holds the rest.</summary>
public sealed class ReferencesTests
{
    private static readonly string Root = FindRoot();

    [Fact]
    public void Core_References_NoProjectAndOnePackage()
    {
        Assert.Empty(Projects("src", "Dispatcher.Core"));
        Assert.Equal(["Polly.Core"], Packages("src", "Dispatcher.Core"));
    }

    [Fact]
    public void Leaves_Reference_CoreAlone()
    {
        var leaves = Names("src").Except(["Dispatcher.Core", "Dispatcher.Worker"]).ToList();

        Assert.NotEmpty(leaves);
        Assert.All(leaves, leaf => Assert.Equal(["Dispatcher.Core"], Projects("src", leaf)));
    }

    [Fact]
    public void Worker_References_ProductProjectsOnly() => Assert.All(Projects("src", "Dispatcher.Worker"), name => Assert.Contains(name, Names("src")));

    [Fact]
    public void Tests_Reference_TheirProjectCoreSimulatorsAndTestKit()
    {
        // End-to-end and chaos tests look at the whole product; the worker's tests at what it puts together.
        string[] free = ["Dispatcher.EndToEnd.Tests", "Dispatcher.Chaos.Tests", "Dispatcher.Worker.Tests"];
        Assert.All(Names("tests").Where(name => name.EndsWith(".Tests", StringComparison.Ordinal)).Except(free), name =>
        {
            string[] allowed = [name[..^".Tests".Length], "Dispatcher.Core", "Dispatcher.Simulators", "Dispatcher.TestKit"];
            Assert.Empty(Projects("tests", name).Except(allowed));
        });
    }

    [Fact]
    public void LoadTests_Reference_WhatTheyMeasureAndTestKit() => Assert.All(
        Names("loadtests"),
        name => Assert.Empty(Projects("loadtests", name).Except(
            ["Dispatcher.Core", "Dispatcher.Dns", "Dispatcher.Redis", "Dispatcher.Smtp", "Dispatcher.Simulators", "Dispatcher.TestKit"])));

    [Fact]
    public void Product_References_NoTestProject() =>
        Assert.All(Names("src"), name => Assert.DoesNotContain(Projects("src", name), reference => reference.Contains("Test", StringComparison.Ordinal)));

    private static List<string> Names(string folder) =>
        [.. Directory.GetDirectories(Path.Combine(Root, folder), "Dispatcher.*").Select(path => Path.GetFileName(path)).Where(name => File.Exists(FileOf(folder, name)))];

    private static List<string> Projects(string folder, string name) =>
        [.. Includes(folder, name, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path)!)];

    private static IEnumerable<string> Packages(string folder, string name) => Includes(folder, name, "PackageReference");

    private static IEnumerable<string> Includes(string folder, string name, string element) =>
        XDocument.Load(FileOf(folder, name)).Descendants(element).Select(item => item.Attribute("Include")?.Value).OfType<string>();

    private static string FileOf(string folder, string name) => Path.Combine(Root, folder, name, name + ".csproj");

    private static string FindRoot([CallerFilePath] string here = "")
    {
        // A deterministic CI build maps source paths away; then the test runs below the repository.
        var folder = File.Exists(here) ? Path.GetDirectoryName(here) : AppContext.BaseDirectory;
        while (folder is not null && !File.Exists(Path.Combine(folder, "Directory.Packages.props")))
        {
            folder = Path.GetDirectoryName(folder);
        }

        return folder ?? throw new InvalidOperationException("The repository's root was not found.");
    }
}
