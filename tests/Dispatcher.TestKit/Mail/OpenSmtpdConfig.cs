using System.Globalization;

namespace Dispatcher.TestKit.Mail;

/// <summary>The files of <see cref="OpenSmtpd"/>, and the script that starts it where they are in their places.</summary>
internal static class OpenSmtpdConfig
{
    /// <param name="settings">Further lines.</param>
    /// <returns>Path of the script.</returns>
    public static async Task<string> WriteAsync(string folder, string program, int port, string settings)
    {
        string[] users = ["someone", .. Enumerable.Range(0, 100).Select(i => string.Create(CultureInfo.InvariantCulture, $"user{i}"))];
        await WriteAsync(folder, "people", string.Concat(users.Select(user => $"{user} 64999:64999:{folder}/home\n")));
        await WriteAsync(folder, "passwd", $"""
            root:x:0:0::/root:/bin/sh
            opensmtpd:x:64997:64997::/var/lib/opensmtpd/empty:/bin/false
            opensmtpq:x:64998:64998::/var/lib/opensmtpd/empty:/bin/false
            owner:x:64999:64999::{folder}/home:/bin/sh

            """);
        await WriteAsync(folder, "group", "root:x:0:\nopensmtpd:x:64997:\nopensmtpq:x:64998:\nowner:x:64999:\n");
        await WriteAsync(folder, "smtpd.conf", string.Create(CultureInfo.InvariantCulture, $"""
            {settings}
            table people file:{folder}/people
            listen on 127.0.0.1 port {port} hostname mail.{OpenSmtpd.Domain}
            action "keep" maildir "{folder}/mail" userbase <people>
            match from any for domain "{OpenSmtpd.Domain}" action "keep"

            """));
        return await WriteAsync(folder, "start", $"""
            set -e
            for folder in /var/lib /var/spool /usr/libexec /run; do
              mount -t tmpfs none $folder
            done
            mkdir /var/lib/opensmtpd
            mkdir -m 711 /var/lib/opensmtpd/empty /var/spool/smtpd
            ln -s {Path.GetFullPath(Path.Combine(Path.GetDirectoryName(program)!, "../libexec/opensmtpd"))} /usr/libexec/opensmtpd
            mount --bind {folder}/passwd /etc/passwd
            mount --bind {folder}/group /etc/group
            chown 64999:64999 {folder}/mail {folder}/home
            exec {program} -d -f {folder}/smtpd.conf

            """);
    }

    private static async Task<string> WriteAsync(string folder, string name, string content)
    {
        var path = Path.Combine(folder, name);
        await File.WriteAllTextAsync(path, content);
        return path;
    }
}
