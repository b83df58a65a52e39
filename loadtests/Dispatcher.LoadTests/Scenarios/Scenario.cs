using System.CommandLine;

namespace Dispatcher.LoadTests.Scenarios;

/// <summary>One promise, and the load that shows whether it is kept.</summary>
internal abstract class Scenario
{
    public abstract string Name { get; }

    public abstract string Summary { get; }

    /// <summary>For <c>--help</c>: what is done, what is measured, what it is compared with.</summary>
    public abstract string Story { get; }

    /// <summary>Arguments after <c>loadtests/run</c>.</summary>
    public abstract IReadOnlyList<string> Examples { get; }

    public virtual IReadOnlyList<Option> Options => [];

    public abstract Task RunAsync(ScenarioRun run, CancellationToken cancellationToken);

    protected static Option<int?> Number(string name, string description, string unit = "NUMBER") => new(name) { Description = description, HelpName = unit };
}
