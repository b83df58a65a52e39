namespace Dispatcher.Worker.Doctor;

/// <summary>Whether verifiers find our key.</summary>
internal enum DkimState
{
    /// <summary>Never given: a bug.</summary>
    Unset = 0,

    /// <summary>Messages are not signed.</summary>
    NoKey,

    /// <summary>What is published is our key.</summary>
    Published,

    /// <summary>Nothing is published.</summary>
    Missing,

    /// <summary>Something else is published, or the key was withdrawn.</summary>
    Different,

    /// <summary>DNS did not answer.</summary>
    Unknown,
}
