using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>
/// The user that Debian's Exim insists on, without making it on this system: nss_wrapper answers the look-up from files. Exim becomes this user,
/// who must not be root; where the tests run as somebody else, it is that somebody.
/// </summary>
internal static class EximUser
{
    private const string Name = "Debian-exim";
    private const string NobodyInParticular = "65534";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(20);

    /// <summary>The variables that the look-up needs.</summary>
    public static readonly IReadOnlyList<string> Variables = ["LD_LIBRARY_PATH", "LD_PRELOAD", "NSS_WRAPPER_PASSWD", "NSS_WRAPPER_GROUP"];

    /// <summary>Writes the files of the look-up.</summary>
    /// <param name="wrapper">The library.</param>
    /// <returns>The environment to start Exim with.</returns>
    public static async Task<IReadOnlyDictionary<string, string>> WriteAsync(string folder, string wrapper)
    {
        var (passwd, group) = (Path.Combine(folder, "passwd"), Path.Combine(folder, "group"));
        var (user, itsGroup) = (await IdAsync("-u"), await IdAsync("-g"));
        await File.WriteAllTextAsync(passwd, $"root:x:0:0::/:/bin/false\n{Name}:x:{user}:{itsGroup}::/nonexistent:/bin/false\n");
        await File.WriteAllTextAsync(group, $"root:x:0:\n{Name}:x:{itsGroup}:\n");
        return new Dictionary<string, string> { ["LD_PRELOAD"] = wrapper, ["NSS_WRAPPER_PASSWD"] = passwd, ["NSS_WRAPPER_GROUP"] = group };
    }

    private static async Task<string> IdAsync(string option) =>
        Environment.IsPrivilegedProcess ? NobodyInParticular : (await ChildProcess.RunAsync("/usr/bin/id", Limit, option)).Trim();
}
