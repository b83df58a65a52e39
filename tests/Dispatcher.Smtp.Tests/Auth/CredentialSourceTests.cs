using Dispatcher.Smtp.Auth;
using Dispatcher.TestKit.Processes;

namespace Dispatcher.Smtp.Tests.Auth;

public sealed class CredentialSourceTests : IDisposable
{
    private readonly TempFolder _folder = new();

    private string File => Path.Combine(_folder.Path, "password");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("secret", "secret")]
    [InlineData("secret\n", "secret")]
    [InlineData("secret\r\n\r\n", "secret")]
    [InlineData(" se cret \n", " se cret ")]
    [InlineData("häst", "häst")]
    public void Read_OneLine_IsThePassword(string content, string expected) => Assert.Equal(expected, Read(content).Credentials?.Password);

    [Theory]
    [InlineData("", "is empty")]
    [InlineData("\n", "is empty")]
    [InlineData("one\ntwo", "holds more than one line")]
    [InlineData("one\0two", "holds more than one line")]
    public void Read_NoPassword_IsSaid(string content, string expected)
    {
        var (credentials, problem) = Read(content);

        Assert.Null(credentials);
        Assert.Equal($"Smtp:PasswordFile {File} {expected}", problem);
    }

    [Fact]
    public void Read_NoFile_IsSaid() => Assert.Equal($"Smtp:PasswordFile {File} does not exist", new CredentialSource("u", File).Read().Problem);

    [Fact]
    public void Read_Folder_IsSaid() => Assert.StartsWith("Smtp:PasswordFile", new CredentialSource("u", _folder.Path).Read().Problem, StringComparison.Ordinal);

    [Fact]
    public void Read_TooBig_IsSaid() => Assert.EndsWith("too big to hold one password", Read(new string('x', 5000)).Problem, StringComparison.Ordinal);

    [Fact]
    public void Read_NoUtf8_IsSaid()
    {
        System.IO.File.WriteAllBytes(File, [0xFF, 0xFE, 0x41]);

        Assert.EndsWith("is not UTF-8", new CredentialSource("u", File).Read().Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LinkTurnedToAnotherFile_IsReadAnew()
    {
        var link = Path.Combine(_folder.Path, "link");
        System.IO.File.WriteAllText(Path.Combine(_folder.Path, "old"), "old");
        System.IO.File.WriteAllText(Path.Combine(_folder.Path, "new"), "new");
        System.IO.File.CreateSymbolicLink(link, "old");
        var source = new CredentialSource("u", link);

        var before = source.Read().Credentials!.Password;
        System.IO.File.Delete(link);
        System.IO.File.CreateSymbolicLink(link, "new");

        Assert.Equal(("old", "new"), (before, source.Read().Credentials!.Password));
    }

    private (Credentials? Credentials, string? Problem) Read(string content)
    {
        System.IO.File.WriteAllText(File, content);
        return new CredentialSource("u", File).Read();
    }
}
