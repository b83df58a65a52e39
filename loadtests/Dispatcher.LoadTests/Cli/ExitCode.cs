namespace Dispatcher.LoadTests.Cli;

/// <summary>What a run answers to the shell. A figure that misses its target is no failure here: machines differ.</summary>
internal static class ExitCode
{
    public const int Fine = 0;

    /// <summary>Something was lost, came twice, or contradicts itself.</summary>
    public const int Wrong = 1;

    public const int Usage = 2;

    /// <summary>A server or a program that the run needs is not there.</summary>
    public const int Outside = 3;
}
