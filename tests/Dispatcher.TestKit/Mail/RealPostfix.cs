using System.Globalization;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.TestKit.Mail;

/// <summary>
/// A Postfix of its own: configuration, queue and data in a temporary folder, listening on one loopback port. Mail for
/// <c>@postfix.test</c> is delivered to files; recipients that begin with <c>unknown</c> do not exist; nothing is relayed.
/// </summary>
/// <remarks>Needs root, as Postfix does. Stopped through its own configuration folder, so no other Postfix is touched.</remarks>
public sealed class RealPostfix : IAsyncDisposable
{
    public const string Domain = "postfix.test";

    private const string Program = "/usr/sbin/postfix";
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly string _config;
    private readonly string _inbox;

    private readonly PostfixSecurity? _security;

    private readonly string _policy;

    private RealPostfix(PostfixSecurity? security, string policy)
    {
        (_security, _policy) = (security, policy);
        Port = FreePort.Find();
        _config = _folder.Sub("config");
        _inbox = _folder.Sub("mail");
    }

    /// <summary>Why it cannot be used here; null: it can.</summary>
    public static string? Missing =>
        !File.Exists(Program) ? "Postfix is not installed" : Environment.IsPrivilegedProcess ? null : "Postfix needs root";

    public int Port { get; }

    /// <param name="security">Adds two ports with TLS and login. Null: none.</param>
    /// <param name="policy">Further lines of main.cf, which stand above ours.</param>
    public static async Task<RealPostfix> StartAsync(PostfixSecurity? security = null, string policy = "")
    {
        var postfix = new RealPostfix(security, policy);
        try
        {
            await postfix.WriteConfigAsync();
            await ChildProcess.RunAsync(Program, Limit, "-c", postfix._config, "start");
            await Eventually.PortOpenAsync(postfix.Port, Limit, postfix.Log);
            return postfix;
        }
        catch
        {
            await postfix.DisposeAsync();
            throw;
        }
    }

    /// <summary>The delivered message that contains a text, with CRLF line ends and the fields that Postfix put before ours.</summary>
    public Task<string> FindAsync(string contained)
    {
        var arrived = Path.Combine(_inbox, "inbox", "new");
        return Eventually.GetAsync(
            async () => Directory.Exists(arrived) ? await DumpFiles.FindAsync(arrived, contained) : null,
            Limit,
            $"a delivered message with '{contained}'. {Log()}");
    }

    public async ValueTask DisposeAsync()
    {
        if (File.Exists(Path.Combine(_folder.Path, "queue", "pid", "master.pid")))
        {
            await ChildProcess.RunAsync(Program, Limit, "-c", _config, "stop");
        }

        _folder.Dispose();
    }

    private async Task WriteConfigAsync()
    {
        var data = _folder.Sub("data");
        var (main, master) = _security is null ? ("", "") : await _security.WriteAsync(_config);
        await ChildProcess.RunAsync("/bin/chown", Limit, "postfix", data, _inbox);
        await File.WriteAllTextAsync(Path.Combine(_config, "boxes"), "if !/^unknown/\n/./ inbox/\nendif\n");
        await File.WriteAllTextAsync(Path.Combine(_config, "main.cf"), $"""
            compatibility_level = 3.6
            config_directory = {_config}
            queue_directory = {_folder.Sub("queue")}
            data_directory = {data}
            maillog_file = {_folder.Path}/mail.log
            maillog_file_prefixes = {_folder.Path}
            inet_interfaces = loopback-only
            inet_protocols = ipv4
            myhostname = mail.{Domain}
            mydestination =
            mynetworks =
            alias_maps =
            alias_database =
            virtual_mailbox_domains = {Domain}
            virtual_mailbox_base = {_inbox}
            virtual_mailbox_maps = regexp:{_config}/boxes
            virtual_minimum_uid = 1
            virtual_uid_maps = static:{await IdAsync("-u")}
            virtual_gid_maps = static:{await IdAsync("-g")}
            smtpd_recipient_restrictions = reject_unauth_destination
            smtpd_client_connection_count_limit = 0
            default_transport = error:nothing leaves this machine
            biff = no

            """ + main + _policy + "\n");
        await File.WriteAllTextAsync(Path.Combine(_config, "master.cf"), string.Create(CultureInfo.InvariantCulture, $"""
            127.0.0.1:{Port} inet n - n - - smtpd
            pickup    unix  n - n 60 1 pickup
            cleanup   unix  n - n - 0 cleanup
            qmgr      unix  n - n 300 1 qmgr
            rewrite   unix  - - n - - trivial-rewrite
            bounce    unix  - - n - 0 bounce
            defer     unix  - - n - 0 bounce
            trace     unix  - - n - 0 bounce
            flush     unix  n - n 1000? 0 flush
            proxymap  unix  - - n - - proxymap
            error     unix  - - n - - error
            retry     unix  - - n - - error
            virtual   unix  - n n - - virtual
            anvil     unix  - - n - 1 anvil
            postlog   unix-dgram n - n - 1 postlogd

            """) + master);
    }

    private static async Task<string> IdAsync(string option)
    {
        await using var id = ChildProcess.Start("/usr/bin/id", option, "postfix");
        return await Eventually.GetAsync(() => Task.FromResult(id.Output.Trim() is { Length: > 0 } number ? number : null), Limit, "id of postfix");
    }

    private string Log()
    {
        var path = Path.Combine(_folder.Path, "mail.log");
        return File.Exists(path) ? File.ReadAllText(path) : "No log yet.";
    }
}
