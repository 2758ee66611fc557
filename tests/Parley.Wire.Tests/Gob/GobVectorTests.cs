using System.Text;
using Parley.Wire.Gob;

namespace Parley.Wire.Tests.Gob;

/// <summary>openim §9, examples 11 to 13, byte for byte in both directions.</summary>
public sealed class GobVectorTests
{
    public static TheoryData<string> Requests => [GobVectors.Heartbeat, GobVectors.Pull];

    public static TheoryData<string> Answers => [GobVectors.HeartbeatAnswer, GobVectors.Push, GobVectors.Kick];

    [Fact]
    public void The_description_of_an_answer_has_97_bytes()
    {
        Assert.Equal(97, GobAnswer.Prefix.Length);
        Assert.Equal(Hex.Plain(GobVectors.Prefix), Hex.Text(GobAnswer.Prefix));
    }

    [Fact]
    public void Example_11_the_heartbeat_is_read()
    {
        Assert.True(GobRequest.TryRead(Hex.Bytes(GobVectors.Heartbeat), out var request));
        Assert.Equal(1001, request.ReqIdentifier);
        Assert.Equal("", Text(request.Token));
        Assert.Equal("u_1001", Text(request.SendId));
        Assert.Equal("op-1", Text(request.OperationId));
        Assert.Equal("u_1001_1650000000000000001", Text(request.MsgIncr));
        Assert.True(request.Data.IsEmpty);
    }

    [Fact]
    public void Example_11_the_answer_is_written()
    {
        var written = Hex.Written(output => GobAnswer.Write(output, 1001, "u_1001_1650000000000000001", "op-1", 0, "", [0x08, 0x05]));
        Assert.Equal(Hex.Plain(GobVectors.HeartbeatAnswer), Hex.Text(written));
    }

    [Fact]
    public void Example_12_the_push_is_written_and_read()
    {
        var message = Hex.Bytes(GobVectors.PushedMessage);
        Assert.Equal(62, message.Length);
        Assert.Equal(
            Hex.Plain(GobVectors.Push), Hex.Text(Hex.Written(output => GobAnswer.Write(output, 2001, "", "op-9", 0, "", message))));
        Assert.True(GobAnswer.TryRead(Hex.Bytes(GobVectors.Push), out var push));
        Assert.Equal(2001, push.ReqIdentifier);
        Assert.Equal("op-9", Text(push.OperationId));
        Assert.True(push.MsgIncr.IsEmpty);
        Assert.Equal(0, push.ErrCode);
        Assert.True(push.ErrMsg.IsEmpty);
        Assert.Equal(message, push.Data.ToArray());
    }

    [Fact]
    public void Example_13_the_pull_is_read()
    {
        Assert.True(GobRequest.TryRead(Hex.Bytes(GobVectors.Pull), out var request));
        Assert.Equal(1002, request.ReqIdentifier);
        Assert.Equal("u_1001", Text(request.SendId));
        Assert.Equal("op-2", Text(request.OperationId));
        Assert.Equal("u_1001_2", Text(request.MsgIncr));
        Assert.Equal(GobVectors.PullData, Hex.Text(request.Data));
    }

    [Fact]
    public void Example_13_the_kick_is_written_and_read()
    {
        var written = Hex.Written(output => GobAnswer.Write(output, 2002, "", "", 702, "token has been invalidated", default));
        Assert.Equal(Hex.Plain(GobVectors.Kick), Hex.Text(written));
        Assert.True(GobAnswer.TryRead(written, out var kick));
        Assert.Equal(2002, kick.ReqIdentifier);
        Assert.Equal(702, kick.ErrCode);
        Assert.Equal("token has been invalidated", Text(kick.ErrMsg));
        Assert.True(kick.Data.IsEmpty);
    }

    [Theory]
    [MemberData(nameof(Requests))]
    public void Requests_are_written_as_the_client_library_does(string hex)
    {
        var frame = Hex.Bytes(hex);
        var written = Hex.Written(output =>
        {
            Assert.True(GobRequest.TryRead(frame, out var read));
            GobRequest.Write(output, read.ReqIdentifier, read.Token, read.SendId, read.OperationId, read.MsgIncr, read.Data);
        });
        Assert.Equal(Hex.Plain(hex), Hex.Text(written));
    }

    [Theory]
    [MemberData(nameof(Answers))]
    public void Answers_read_are_written_alike(string hex)
    {
        var frame = Hex.Bytes(hex);
        var written = Hex.Written(output =>
        {
            Assert.True(GobAnswer.TryRead(frame, out var read));
            GobAnswer.Write(output, read.ReqIdentifier, read.MsgIncr, read.OperationId, read.ErrCode, read.ErrMsg, read.Data);
        });
        Assert.Equal(Hex.Plain(hex), Hex.Text(written));
    }

    [Fact]
    public void An_answer_with_nothing_in_it_is_an_empty_struct()
    {
        var written = Hex.Written(output => GobAnswer.Write(output, 0, "", "", 0, "", default));
        Assert.Equal(Hex.Plain(GobVectors.Prefix + "03ff8200"), Hex.Text(written));
    }

    [Theory]
    [InlineData(63, "7e")]
    [InlineData(64, "ff80")]
    [InlineData(-1, "01")]
    [InlineData(-64, "7f")]
    [InlineData(-65, "ff81")]
    [InlineData(32_767, "fefffe")]
    [InlineData(32_768, "fd010000")]
    [InlineData(int.MaxValue, "fcfffffffe")]
    [InlineData(int.MinValue, "fcffffffff")]
    public void Numbers_are_as_short_as_they_can_be(int number, string hex)
    {
        var written = Hex.Written(output => GobAnswer.Write(output, number, "", "", number, "", default));
        var fields = $"ff8201{hex}03{hex}00";
        Assert.Equal($"{Hex.Plain(GobVectors.Prefix)}{fields.Length / 2:x2}{fields}", Hex.Text(written));
        Assert.True(GobAnswer.TryRead(written, out var read));
        Assert.Equal(number, read.ReqIdentifier);
        Assert.Equal(number, read.ErrCode);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(122)]
    [InlineData(123)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(255)]
    [InlineData(256)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    [InlineData(70_000)]
    public void Bytes_of_any_length_are_as_Go_writes_them(int length)
    {
        var data = new byte[length];
        data.AsSpan().Fill(0xee);
        var written = Hex.Written(output => GobAnswer.Write(output, 2001, "", "", 0, "", data));
        GoField[] fields =
        [
            new("ReqIdentifier", 2, 2001L), new("MsgIncr", 6, ""), new("OperationID", 6, ""), new("ErrCode", 2, 0L),
            new("ErrMsg", 6, ""), new("Data", 5, data),
        ];
        Assert.Equal(GoEncoder.Frame(65, "Resp", fields), written);
        Assert.True(GobAnswer.TryRead(written, out var read));
        Assert.Equal(data, read.Data.ToArray());
    }

    [Fact]
    public void Texts_are_written_in_utf8_however_long()
    {
        var text = new string('你', 300);
        var written = Hex.Written(output => GobAnswer.Write(output, 1, text, "é", 0, "a\ud800b", default));
        Assert.True(GobAnswer.TryRead(written, out var read));
        Assert.Equal(text, Text(read.MsgIncr));
        Assert.Equal("é", Text(read.OperationId));
        Assert.Equal("a\uFFFDb", Text(read.ErrMsg));
    }

    [Fact]
    public void A_frame_is_appended_to_what_is_there()
    {
        var written = Hex.Written(output =>
        {
            output.Write("before"u8);
            GobAnswer.Write(output, 1, "", "", 0, "", default);
        });
        Assert.Equal("before"u8.ToArray(), written[..6]);
        Assert.True(GobAnswer.TryRead(written.AsSpan(6), out var read));
        Assert.Equal(1, read.ReqIdentifier);
    }

    [Fact]
    public void Reading_and_writing_allocate_nothing()
    {
        var frame = Hex.Bytes(GobVectors.Pull);
        using var output = new Parley.Wire.MessagePack.PooledBufferWriter(4096);
        var least = long.MaxValue; // a collection that falls into a round counts the rest of the thread's buffer as allocated
        for (var round = 0; round < 6; round++)
        {
            output.Clear();
            var before = GC.GetAllocatedBytesForCurrentThread();
            GobRequest.TryRead(frame, out var request);
            GobAnswer.Write(output, request.ReqIdentifier, request.MsgIncr, request.OperationId, 0, default, request.Data);
            GobAnswer.Write(output, request.ReqIdentifier, "incr", "op", 0, "", request.Data);
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }
        Assert.Equal(0, least);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
