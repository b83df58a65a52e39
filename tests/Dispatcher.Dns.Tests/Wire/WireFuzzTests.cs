using System.Text;
using Dispatcher.Dns.Wire;
using FsCheck;
using FsCheck.Fluent;

namespace Dispatcher.Dns.Tests.Wire;

/// <summary>Whatever octets come, reading them ends, and ends without an exception.</summary>
public sealed class WireFuzzTests
{
    private static readonly byte[] Question = [.. WireName("host.example"), 0, 16, 0, 1];

    [Fact]
    public void Write_AnyName_IsReadBackTheSame()
    {
        var label = Gen.Choose(1, 63).SelectMany(length => Gen.ArrayOf(Gen.Elements("abcxyz0189-_=+/: %*".ToCharArray()), length)).Select(letters => new string(letters));
        Prop.ForAll(Gen.NonEmptyListOf(label).Select(labels => string.Join('.', labels)).ToArbitrary(), name =>
        {
            var wire = new byte[NameCodec.MaxOctets];
            var length = NameCodec.Write(name, wire);
            if (name.Length > 253)
            {
                return length == 0;
            }

            var offset = 0;
            return length == name.Length + 2 && NameCodec.Read(wire.AsSpan(0, length), ref offset) == name && offset == length;
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Read_RandomOctets_Ends()
    {
        var random = new Random(4711);
        for (var i = 0; i < 50_000; i++)
        {
            byte[] message = [0x12, 0x34, 0x84, 0, 0, 1, 0, (byte)random.Next(5), 0, (byte)random.Next(5), 0, 0, .. Question, .. Octets(random, random.Next(120))];
            ReadAll(message);
        }
    }

    [Fact]
    public void Read_SoundMessageWithWrongOctets_Ends()
    {
        byte[] sound =
        [
            0x12, 0x34, 0x84, 0, 0, 1, 0, 3, 0, 1, 0, 0, .. Question,
            0xC0, 12, 0, 5, 0, 1, 0, 0, 1, 0, 0, 4, 1, (byte)'b', 0xC0, 17,
            0xC0, 12, 0, 16, 0, 1, 0, 0, 1, 0, 0, 6, 5, .. "v=spf"u8,
            0xC0, 12, 0, 15, 0, 1, 0, 0, 1, 0, 0, 6, 0, 10, 1, (byte)'m', 0xC0, 12,
            0xC0, 17, 0, 6, 0, 1, 0, 0, 1, 0, 0, 24, 0xC0, 12, 0xC0, 17, .. new byte[20],
        ];
        ReadAll(sound);
        Assert.NotNull(ResponseReader.Read(sound, Question.Length));

        var random = new Random(4712);
        for (var i = 0; i < 100_000; i++)
        {
            var message = sound[..random.Next(12 + Question.Length, sound.Length + 1)];
            for (var changes = random.Next(1, 6); changes > 0; changes--)
            {
                message[random.Next(4, message.Length)] = (byte)random.Next(256);
            }

            ReadAll(message);
        }
    }

    /// <summary>The most that a message of 64 kB can make us do: every record's name is a chain of pointers.</summary>
    [Fact]
    public void Read_ChainsOfPointers_AreBounded()
    {
        var message = new List<byte>([0x12, 0x34, 0x84, 0, 0, 1, 3, 0xE8, 0, 0, 0, 0, .. Question]);
        var last = 12;
        for (var i = 0; i < 1000; i++)
        {
            var here = message.Count;
            message.AddRange([(byte)(0xC0 | (last >> 8)), (byte)last, 0, 1, 0, 1, 0, 0, 0, 9, 0, 4, 1, 2, 3, 4]);
            last = here < 0x3FFF ? here : last;
        }

        var read = ResponseReader.Read([.. message], Question.Length);

        Assert.Equal(1000, read!.Answers.Count);
        Assert.All(read.Answers, record => Assert.Equal("host.example", record.Owner));
    }

    private static void ReadAll(byte[] message)
    {
        ResponseReader.Answers(message, 0x1234, Question);
        if (message.Length < 12 + Question.Length || ResponseReader.Read(message, Question.Length) is not { } response)
        {
            return;
        }

        foreach (var record in response.Answers.Concat(response.Authorities))
        {
            RecordData.Address(response, record, 4);
            RecordData.Name(response, record);
            RecordData.Mx(response, record);
            RecordData.Text(response, record);
            RecordData.Soa(response, record);
        }

        var bounds = new TtlBounds(TimeSpan.Zero, TimeSpan.FromDays(1));
        var reading = AnswerReader.Read(response, "host.example", RecordKinds.Txt, 0, uint.MaxValue, bounds);
        Assert.True(reading.Answer is null != reading.Alias is null);
    }

    private static byte[] Octets(Random random, int count)
    {
        var octets = new byte[count];
        random.NextBytes(octets);

        // Uniform octets seldom make a record: small ones and pointers do.
        for (var i = 0; i < count; i++)
        {
            octets[i] = random.Next(4) switch { 0 => (byte)random.Next(4), 1 => (byte)(0xC0 | random.Next(2)), 2 => (byte)random.Next(64), _ => octets[i] };
        }

        return octets;
    }

    private static byte[] WireName(string name) => [.. name.Split('.').SelectMany(label => (byte[])[(byte)label.Length, .. Encoding.ASCII.GetBytes(label)]), 0];
}
