using Dispatcher.Core.States;

namespace Dispatcher.Core.Tests.States;

public sealed class TransitionsTests
{
    [Fact]
    public void StateMachinePage_HoldsTheTableOfTransitions()
    {
        var page = File.ReadAllText(Path.Combine(Root(), "docs", "state-machine.md"));

        Assert.Contains(Transitions.ToMarkdown(), page, StringComparison.Ordinal);
    }

    [Fact]
    public void All_Names_AreUnique() =>
        Assert.Equal(Transitions.All.Count, Transitions.All.Select(t => t.Name).Distinct().Count());

    [Fact]
    public void All_NothingLeavesFinal_ButALateOutcomeWhatHappenedAfterwardsOrAHand() =>
        Assert.Equal(["settle", "report", "release"], Transitions.All.Where(t => t.From.Contains(State.Final)).Select(t => t.Name));

    [Fact]
    public void Word_EveryStoredState_ReadsBack()
    {
        foreach (var state in Enum.GetValues<State>().Where(s => s != State.None))
        {
            Assert.Equal(state, Transitions.FromWord(Transitions.Word(state)));
        }

        Assert.Throws<FormatException>(() => Transitions.FromWord("none"));
    }

    private static string Root()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Dispatcher.sln")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        return folder;
    }
}
