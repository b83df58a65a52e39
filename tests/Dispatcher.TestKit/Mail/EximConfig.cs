using System.Globalization;

namespace Dispatcher.TestKit.Mail;

/// <summary>The configuration file of <see cref="Exim"/>. What it does not name is as Exim has it.</summary>
internal static class EximConfig
{
    /// <param name="program">Started again for bounces.</param>
    /// <param name="ports">To listen on.</param>
    /// <param name="settings">Lines of the main section.</param>
    /// <param name="lists">Access control lists, with <c>before_recipient</c>.</param>
    public static string Write(string program, string spool, string mail, int[] ports, string settings, string lists) =>
        string.Create(CultureInfo.InvariantCulture, $$$"""
            ACCOUNT = {{{Exim.User}}}
            SECRET = {{{Exim.Password}}}
            primary_hostname = mail.{{{Exim.Domain}}}
            exim_path = {{{program}}}
            keep_environment = {{{string.Join(" : ", EximUser.Variables)}}}
            spool_directory = {{{spool}}}
            log_file_path = {{{spool}}}/log/%slog
            pid_file_path = {{{spool}}}/pid
            local_interfaces = 127.0.0.1
            daemon_smtp_ports = {{{string.Join(" : ", ports)}}}
            deliver_drop_privilege = true
            dsn_advertise_hosts = *
            smtp_accept_queue_per_connection = 0
            ignore_bounce_errors_after = 0s
            domainlist here = {{{Exim.Domain}}}
            acl_smtp_rcpt = recipient

            """) + settings + "\n\nbegin acl\n" + lists + string.Create(CultureInfo.InvariantCulture, $$$"""

            recipient:
              require acl = before_recipient
              require message = relay not permitted
                domains = +here
              require verify = recipient
              accept

            begin routers
            closed:
              driver = redirect
              local_parts = closed
              no_verify
              allow_fail
              data = :fail: this mailbox was closed
            locked:
              driver = redirect
              local_parts = locked
              allow_defer
              data = :defer:
            here:
              driver = accept
              domains = +here
              local_parts = ! ^unknown
              transport = file

            begin transports
            file:
              driver = appendfile
              maildir_format
              directory = {{{mail}}}

            begin authenticators
            plain:
              driver = plaintext
              public_name = PLAIN
              server_prompts = :
              server_condition = ${if and { {eq {$auth2}{ACCOUNT}} {eq {$auth3}{SECRET}} } }
              server_advertise_condition = ${if def:tls_in_cipher}
            login:
              driver = plaintext
              public_name = LOGIN
              server_prompts = Username:: : Password::
              server_condition = ${if and { {eq {$auth1}{ACCOUNT}} {eq {$auth2}{SECRET}} } }
              server_advertise_condition = ${if def:tls_in_cipher}

            """);
}
