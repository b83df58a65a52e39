namespace Dispatcher.LoadTests.Results;

/// <param name="Name">What was measured.</param>
/// <param name="Case">Under which circumstances; empty: there is one case only.</param>
/// <param name="Target">Null: told for information.</param>
internal sealed record Figure(string Name, string Case, double Value, string Unit, Target? Target)
{
    /// <summary>Null: there is no target.</summary>
    public bool? Met => Target?.IsMet(Value);
}

/// <summary>Something that must hold on any machine: nothing lost, nothing done twice.</summary>
internal sealed record Check(string Name, bool Ok, string Detail);
