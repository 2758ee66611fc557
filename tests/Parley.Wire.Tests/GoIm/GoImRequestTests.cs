using System.Text;
using Parley.Wire.GoIm;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.GoIm;

/// <summary>goim-json §2.5, §2.6, §3: requests and responses.</summary>
public sealed class GoImRequestTests
{
    [Fact]
    public void Command_arguments_and_repo_are_found()
    {
        Assert.True(Parse("""{"cmd":"send_message_p2p","obj":["hello","bb"],"repo":{"n":12345678901234567890,"z":[1, 2]}}""", out var request));
        Assert.Equal("send_message_p2p", Encoding.UTF8.GetString(request.Command));
        Assert.Equal(2, request.Count);
        Assert.Equal("hello", request.Text(0));
        Assert.Equal("bb"u8.ToArray(), request.Bytes(1));
        Assert.Equal("""{"n":12345678901234567890,"z":[1, 2]}""", Encoding.UTF8.GetString(request.Repo));
    }

    [Theory]
    [InlineData("{}", "", 0, "null")]
    [InlineData("null", "", 0, "null")]
    [InlineData("""{"cmd":null,"obj":null,"repo":null}""", "", 0, "null")]
    [InlineData("""{"CMD":"a","Obj":["x"],"rePO":1}""", "a", 1, "1")]
    [InlineData("""{"cmd":"a","cmd":"b","obj":["x","y"],"obj":["z"],"repo":1,"repo":"2"}""", "b", 1, "\"2\"")]
    [InlineData("""{"\u0063md":"\u0061b","other":{"cmd":"x"}}""", "ab", 0, "null")]
    [InlineData("""{"cmd":"a","obj":["1","2","3","4","5","6"]}""", "a", 4, "null")]
    [InlineData("""{"cmd":"a","repo":  true  }""", "a", 0, "true")]
    public void Missing_doubled_and_strangely_written_members(string json, string command, int count, string repo)
    {
        Assert.True(Parse(json, out var request));
        Assert.Equal(command, Encoding.UTF8.GetString(request.Command));
        Assert.Equal(count, request.Count);
        Assert.Equal(repo, Encoding.UTF8.GetString(request.Repo));
    }

    [Theory]
    [InlineData("""{"cmd":1}""")]
    [InlineData("""{"cmd":["a"]}""")]
    [InlineData("""{"obj":"a"}""")]
    [InlineData("""{"obj":{}}""")]
    [InlineData("""{"obj":[1]}""")]
    [InlineData("""{"obj":["a",{}]}""")]
    [InlineData("""{"obj":[true]}""")]
    [InlineData("""{"cmd":"a"}{}""")]
    [InlineData("""{"cmd":"a",}""")]
    [InlineData("""{"cmd":"a"} // so""")]
    [InlineData("[]")]
    [InlineData("1")]
    public void What_is_no_request_is_refused(string json) => Assert.False(Parse(json, out _));

    [Theory]
    [InlineData("0f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a11", true)]
    [InlineData("0F3C1B7E-6F1D-4A55-9C0A-5D7F0E8B2A11", true)]
    [InlineData("\\u0030f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a11", true)]
    [InlineData("0f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a1", false)]
    [InlineData("0f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a111", false)]
    [InlineData("0f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a1g", false)]
    [InlineData("0f3c1b7e6f1d4a559c0a5d7f0e8b2a11", false)]
    [InlineData("\\u00300f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a11", false)]
    [InlineData("", false)]
    public void An_id_is_a_UUID_of_36_characters(string text, bool isId)
    {
        Assert.True(Parse($$"""{"cmd":"p2p_ack","obj":["{{text}}"]}""", out var request));
        Assert.Equal(isId, request.TryGetId(0, out var id));
        Assert.Equal(isId ? Guid.Parse("0f3c1b7e-6f1d-4a55-9c0a-5d7f0e8b2a11") : Guid.Empty, id);
    }

    [Fact]
    public void A_null_element_is_an_empty_text()
    {
        Assert.True(Parse("""{"obj":[null,"","a"]}""", out var request));
        Assert.Equal(3, request.Count);
        Assert.True(request.IsEmpty(0));
        Assert.True(request.IsEmpty(1));
        Assert.False(request.IsEmpty(2));
        Assert.True(request.IsEmpty(3));
        Assert.Equal("", request.Text(0));
    }

    [Theory]
    [InlineData(@"a\""\\\/\b\f\n\r\tz", "a\"\\/\b\f\n\r\tz")]
    [InlineData(@"\u00e9\u4f60\ud83d\ude00", "é你😀")]
    [InlineData(@"x\ud83dy\ude00z", "x\uFFFDy\uFFFDz")]
    [InlineData("你好", "你好")]
    public void Texts_are_unescaped(string escaped, string expected)
    {
        Assert.True(Parse($$"""{"obj":["{{escaped}}"]}""", out var request));
        Assert.Equal(expected, request.Text(0));
        Assert.Equal(Encoding.UTF8.GetBytes(expected), request.Bytes(0));
    }

    [Fact]
    public void What_is_no_utf8_is_replaced()
    {
        Assert.True(GoImRequest.TryParse([.. "{\"obj\":[\""u8, 0x61, 0xff, 0x62, .. "\"]}"u8], out var request));
        Assert.Equal("a\uFFFDb", request.Text(0));
        Assert.Equal("a\uFFFDb", Encoding.UTF8.GetString(request.Bytes(0)));
    }

    [Theory]
    [InlineData(9_999, true)]
    [InlineData(10_000, false)]
    public void Repo_may_be_deep(int depth, bool expected)
    {
        Assert.Equal(expected, Parse($$"""{"repo":{{new string('[', depth)}}{{new string(']', depth)}}}""", out _));
    }

    [Fact]
    public void Responses_are_written_byte_for_byte()
    {
        Assert.Equal(
            [0x00, 0x60, .. "{\"cmd\":\"select_msg_server_for_client\",\"ok\":true,\"msg\":\"\",\"obj\":[\"127.0.0.1:19000\"],\"repo\":null}\n"u8],
            Write("select_msg_server_for_client", true, "", ["127.0.0.1:19000"], "null", null));
        Assert.Equal(
            [0x00, 0x3e, .. "{\"cmd\":\"resp_client_id\",\"ok\":true,\"msg\":\"\",\"obj\":[],\"repo\":7}\n"u8],
            Write("resp_client_id", true, "", [], "7", null));
        Assert.Equal(
            [0x00, 0x3c, .. "{\"cmd\":\"resp_pong\",\"ok\":true,\"msg\":\"\",\"obj\":[],\"repo\":null}\n"u8],
            Write("resp_pong", true, "", [], "null", null));
        Assert.Equal(
            "{\"cmd\":\"x\",\"ok\":false,\"msg\":\"error.\",\"obj\":[\"a\\\"\\\\\\n\\u0001\",\"\u4f60\"],\"repo\":{\"a\":1},\"time\":1700000000}\n",
            Encoding.UTF8.GetString(Write("x", false, "error.", ["a\"\\\n\u0001", "你"], """{"a":1}""", 1_700_000_000)!.AsSpan(2)));
    }

    [Fact]
    public void A_frame_holds_65535_bytes_and_not_one_more()
    {
        var overhead = Write("x", true, "", [""], "null", null)!.Length - GoImFrame.HeaderLength;
        var longest = new string('a', GoImFrame.MaxPayloadLength - overhead);
        var frame = Write("x", true, "", [longest], "null", null);
        Assert.Equal(GoImFrame.HeaderLength + GoImFrame.MaxPayloadLength, frame!.Length);
        Assert.Equal([0xff, 0xff], frame[..2]);
        Assert.Null(Write("x", true, "", [longest + "a"], "null", null));
    }

    [Fact]
    public void A_repo_that_does_not_fit_is_left_out()
    {
        var frame = Write("x", true, "", ["a"], new string('1', GoImFrame.MaxPayloadLength), 5);
        Assert.Equal("{\"cmd\":\"x\",\"ok\":true,\"msg\":\"\",\"obj\":[\"a\"],\"repo\":null,\"time\":5}\n", Encoding.UTF8.GetString(frame!.AsSpan(2)));
    }

    [Fact]
    public void Texts_that_are_no_utf8_are_written_with_replacements()
    {
        using var output = new PooledBufferWriter();
        GoImText.Write(output, [0x61, 0xc3]);
        Assert.Equal("\"a\uFFFD\"", Encoding.UTF8.GetString(output.WrittenSpan));
    }

    private static bool Parse(string json, out GoImRequest request) => GoImRequest.TryParse(Encoding.UTF8.GetBytes(json), out request);

    private static byte[]? Write(string command, bool ok, string text, string[] elements, string repo, long? time)
    {
        using var output = new PooledBufferWriter();
        output.Write("before"u8);
        var writer = new GoImWriter(output, Encoding.UTF8.GetBytes(command), ok, Encoding.UTF8.GetBytes(text));
        foreach (var element in elements)
            writer.Add(element);
        if (writer.TryEnd(Encoding.UTF8.GetBytes(repo), time))
            return output.WrittenSpan[6..].ToArray();
        Assert.Equal("before", Encoding.UTF8.GetString(output.WrittenSpan));
        return null;
    }
}
