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

    /// <summary>Another key is published.</summary>
    Different,

    /// <summary>The key was withdrawn: <c>p=</c> is empty.</summary>
    Revoked,

    /// <summary>What is published is no valid record, or is our key with tags by which verifiers do not use it.</summary>
    Unusable,

    /// <summary>DNS did not answer.</summary>
    Unknown,
}
