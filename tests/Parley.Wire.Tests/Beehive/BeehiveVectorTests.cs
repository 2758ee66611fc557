using Google.Protobuf;
using Parley.Wire.Beehive;
using Parley.Wire.Beehive.Messages;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.Beehive;

/// <summary>beehive §14, byte for byte in both directions.</summary>
public sealed class BeehiveVectorTests
{
    private const string Login = """
        00 00 01 01  00 00 00 16  00 00 00 00 00 00 07 D1  00 00 00 00 00 00 00 00  00 00 00 00
        00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
        08 A1 8D 06  10 D1 0F  1A 03 54 30 4B  22 03 61 70 70  2A 03 31 2E 30
        """;

    private const string LoginAck = """
        00 00 01 02  00 00 00 19  00 00 00 00 00 00 07 D1  00 00 00 00 00 00 00 07  00 00 4E 21
        00 00 00 00 00 00 00 01  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
        08 A1 8D 06  10 D1 0F  18 64  22 03 61 70 70  2A 03 31 2E 30  38 00  42 02 4F 6B
        """;

    private const string Ping = """
        00 00 01 05  00 00 00 00  00 00 00 00 00 00 07 D1  00 00 00 00 00 00 00 00  00 00 00 00
        00 00 00 00 00 00 00 65  00 00 00 00 00 00 00 00  00 00 00 00 00 00 00 00
        """;

    private const string ChatText = "08 A1 8D 06  10 A2 8D 06  18 00  20 80 DE A0 CB 05  2A 02 68 69";

    private static readonly BeehiveHeader LoginHeader = new(BeehiveCommand.Online, 22, 2001, Sequence: 1);
    private static readonly BeehiveHeader AckHeader = new(BeehiveCommand.OnlineAck, 25, 2001, ConnectionId: 7, NodeId: 20001, Sequence: 1);

    [Fact]
    public void Login_is_written() =>
        Assert.Equal(Hex.Plain(Login), Written(LoginHeader, BeehiveBodies.Online(100001, 2001, "T0K", "app", "1.0")));

    [Fact]
    public void Login_is_read()
    {
        var body = Read(Login, LoginHeader);
        Assert.True(BeehiveBodies.TryParse(body, Online.Parser, out var message));
        Assert.Equal(BeehiveBodies.Online(100001, 2001, "T0K", "app", "1.0"), message);
        Assert.False(message.HasTerminal);
    }

    [Fact]
    public void Answer_to_a_login_is_written_with_its_zero() =>
        Assert.Equal(Hex.Plain(LoginAck), Written(AckHeader, BeehiveBodies.OnlineAck(100001, 2001, 100, "app", "1.0", 0, "Ok")));

    [Fact]
    public void Answer_to_a_login_is_read()
    {
        Assert.True(BeehiveBodies.TryParse(Read(LoginAck, AckHeader), OnlineAck.Parser, out var message));
        Assert.Equal(BeehiveBodies.OnlineAck(100001, 2001, 100, "app", "1.0", 0, "Ok"), message);
    }

    [Fact]
    public void Ping_is_written_and_read()
    {
        var header = new BeehiveHeader(BeehiveCommand.Ping, 0, 2001, Sequence: 101);
        Assert.Equal(Hex.Plain(Ping), Written(header, null));
        Assert.Empty(Read(Ping, header));
    }

    [Fact]
    public void Chat_is_written_by_both_codecs()
    {
        Assert.Equal(Hex.Plain(ChatText), Hex.Text(BeehiveBodies.Chat(100001, 100002, 0, 1500000000, "hi").ToByteArray()));
        Assert.Equal(Hex.Plain(ChatText), Hex.Text(Hex.Written(output =>
            new BeehiveChatBody { Sender = 100001, Target = 100002, Time = 1500000000, Text = "hi"u8 }.WriteTo(output))));
    }

    [Fact]
    public void Chat_is_read_by_both_codecs()
    {
        var bytes = Hex.Bytes(ChatText);
        Assert.Equal(20, bytes.Length);
        Assert.True(BeehiveBodies.TryParse(bytes, Chat.Parser, out var message));
        Assert.Equal(BeehiveBodies.Chat(100001, 100002, 0, 1500000000, "hi"), message);
        Assert.True(BeehiveChatBody.TryParse(bytes, out var body));
        Assert.Equal((100001ul, 100002ul, 0u, 1500000000ul, false), (body.Sender, body.Target, body.Level, body.Time, body.HasData));
        Assert.Equal("hi"u8, body.Text);
        Assert.Equal(bytes, body.Bytes);
    }

    [Fact]
    public void The_header_of_the_seed_generation_has_its_checksum()
    {
        var header = new BeehiveHeader(BeehiveCommand.Kick, 3, 0x0102030405060708, NodeId: 0x11121314, Sequence: 0x2122232425262728);
        using var output = new PooledBufferWriter();
        Assert.True(BeehiveWriter.TryWrite(output, BeehiveGeneration.Seed, header, [1, 2, 3]));
        Assert.Equal(
            Hex.Plain("00 00 01 12 00 00 00 03 1E D2 3C B4 01 02 03 04 05 06 07 08 11 12 13 14 21 22 23 24 25 26 27 28 01 02 03"),
            Hex.Text(output.WrittenSpan));
        using var reader = new BeehiveReader(100);
        ReadOnlySpan<byte> rest = output.WrittenSpan;
        Assert.Equal(BeehiveReadStatus.Packet, reader.TryReadMessage(ref rest, out var packet));
        Assert.Equal((header, 0x0112u, BeehiveGeneration.Seed), (packet.Header, packet.Number, reader.Generation));
    }

    private static string Written(BeehiveHeader header, IMessage? body)
    {
        using var output = new PooledBufferWriter();
        header = header with { Length = 77 };
        Assert.True(body is null
            ? BeehiveWriter.TryWrite(output, BeehiveGeneration.Head, header, [])
            : BeehiveWriter.TryWrite(output, BeehiveGeneration.Head, header, body));
        return Hex.Text(output.WrittenSpan);
    }

    private static byte[] Read(string hex, BeehiveHeader expected)
    {
        using var reader = new BeehiveReader(100);
        ReadOnlySpan<byte> rest = Hex.Bytes(hex);
        Assert.Equal(BeehiveReadStatus.Packet, reader.TryReadMessage(ref rest, out var packet));
        Assert.Equal((expected, BeehiveGeneration.Head), (packet.Header, reader.Generation));
        var body = packet.Body.ToArray();
        Assert.Equal(BeehiveReadStatus.NeedMore, reader.TryReadMessage(ref rest, out _));
        return body;
    }
}
