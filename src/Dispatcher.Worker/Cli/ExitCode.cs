namespace Dispatcher.Worker.Cli;

/// <summary>What a command answers to the shell: contracts section 5.</summary>
internal static class ExitCode
{
    public const int Fine = 0;

    /// <summary>The answer is "no"; for a batch: some are.</summary>
    public const int No = 1;

    /// <summary>Wrong usage or bad input.</summary>
    public const int Usage = 2;

    /// <summary>Something outside can't be reached or is full.</summary>
    public const int Outside = 3;
}
