using Dispatcher.Core.Invitations;
using Dispatcher.Core.Sending;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Core.Tests.Sending;

public sealed class VerpCodecTests
{
    private const string OldKey = "b2xkLW9sZC1vbGQtb2xkLW9sZC1vbGQ=";
    private const string NewKey = "bmV3LW5ldy1uZXctbmV3LW5ldy1uZXc=";

    private static readonly Arbitrary<VerpTarget> Targets = (
        from lane in Gen.Choose(0, 255)
        from key in Gen.Choose(0, 255).ArrayOf(16)
        from attempt in Gen.Choose(1, 65_535)
        select new VerpTarget(lane, RecordKey.OfContent([.. key.Select(octet => (byte)octet)]), attempt)).ToArbitrary();

    private readonly VerpCodec _sut = Codec(NewKey);

    [Fact]
    public void TryParse_OurAddress_GivesBackItsTarget()
    {
        Prop.ForAll(Targets, target =>
        {
            var local = _sut.LocalPart(target);

            Assert.True(local.Length <= 48);
            Assert.Equal(VerpCodec.LocalLength, local.Length);
            Assert.Matches("^[a-z2-7]+$", local);
            Assert.True(_sut.TryParse(local, out var parsed) && parsed == target);
            Assert.True(_sut.TryParse(local.ToUpperInvariant(), out parsed) && parsed == target);
            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TryParse_AnyBitFlipped_IsRefused()
    {
        Prop.ForAll(Targets, target =>
        {
            var local = _sut.LocalPart(target);
            const string Alphabet = "abcdefghijklmnopqrstuvwxyz234567";
            for (var at = 0; at < local.Length; at++)
            {
                for (var bit = 1; bit < 32; bit <<= 1)
                {
                    var other = Alphabet[Alphabet.IndexOf(local[at]) ^ bit];
                    Assert.False(_sut.TryParse(local[..at] + other + local[(at + 1)..], out var parsed), $"bit {bit} of character {at}");
                    Assert.Equal(default, parsed);
                }
            }

            return true;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void TryParse_AnyText_IsRefused() => Prop.ForAll<string>(text => !_sut.TryParse(text, out _)).QuickCheckThrowOnFailure();

    [Fact]
    public void TryParse_OneInvitationsProof_DoesNotFitAnother()
    {
        var mine = _sut.LocalPart(new VerpTarget(0, RecordKey.Of("acme", "1"), 1));
        var others = _sut.LocalPart(new VerpTarget(0, RecordKey.Of("acme", "2"), 1));

        // The record's characters of one, all else of the other.
        Assert.False(_sut.TryParse(others[..32] + mine[32..], out _));
    }

    [Fact]
    public void TryParse_Rotation_OlderKeysVerifyAndTheNewestSigns()
    {
        var target = new VerpTarget(3, RecordKey.Of("acme", "1"), 2);
        var before = Codec(OldKey).LocalPart(target);
        var both = Codec(NewKey, OldKey);

        Assert.True(both.TryParse(before, out var parsed) && parsed == target);
        Assert.Equal(_sut.LocalPart(target), both.LocalPart(target));
        Assert.False(_sut.TryParse(before, out _));
    }

    [Fact]
    public void LocalPart_ManyAttempts_StaysInItsBounds()
    {
        Assert.True(_sut.TryParse(_sut.LocalPart(new VerpTarget(255, RecordKey.Of("a", "b"), int.MaxValue)), out var parsed));
        Assert.Equal((255, 65_535), (parsed.Lane, parsed.Attempt));
    }

    [Theory]
    [InlineData(-1, "AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(256, "AAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData(0, "short")]
    [InlineData(0, "!!!!!!!!!!!!!!!!!!!!!!")]
    public void LocalPart_NoTarget_Throws(int lane, string key) => Assert.ThrowsAny<ArgumentException>(() => _sut.LocalPart(new VerpTarget(lane, key, 1)));

    [Theory]
    [InlineData("", "no key in it")]
    [InlineData("# only a comment", "no key in it")]
    [InlineData("c2hvcnQ=", "line 1 is no key")]
    [InlineData("# first\nnot base64!", "line 2 is no key")]
    public void Parse_BadKeys_SaysWhatIsWrong(string file, string expected)
    {
        Assert.Null(VerpKeys.Parse(file.Split('\n'), out var fault));
        Assert.Contains(expected, fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_TooManyKeys_IsAFault()
    {
        Assert.Null(VerpKeys.Parse(Enumerable.Repeat(NewKey, VerpKeys.MostKeys + 1), out var fault));
        Assert.Contains("more than 8", fault, StringComparison.Ordinal);
    }

    private static VerpCodec Codec(params string[] keys) => new(VerpKeys.Parse(["# newest first", "", .. keys], out _)!);
}
