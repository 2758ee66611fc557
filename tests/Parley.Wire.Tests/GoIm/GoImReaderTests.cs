using System.Buffers;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.GoIm;

namespace Parley.Wire.Tests.GoIm;

/// <summary>goim-json §2.1 to §2.5: frames, and values across them.</summary>
public sealed class GoImReaderTests
{
    private const string Ping = """{"cmd":"send_ping","obj":[],"repo":null}""";
    private const string Login = """{"cmd":"send_client_id","obj":["aa"],"repo":{"a":["}\"{",1]}}""";

    [Theory]
    [InlineData(Ping + "\n")]
    [InlineData(Ping)]
    [InlineData(" \t\r\n" + Ping + "\n\n")]
    public void One_value_in_one_frame(string payload) => Assert.Equal([Ping], ReadAll(Frame(payload)));

    [Fact]
    public void Several_values_in_one_frame() => Assert.Equal([Ping, Login, Ping], ReadAll(Frame(Ping + Login + "\n" + Ping)));

    [Fact]
    public void A_value_over_several_frames_with_empty_ones_between() =>
        Assert.Equal([Login, Ping], ReadAll([.. Frame(Login[..20]), .. Frame(""), .. Frame(Login[20..] + Ping[..1]), .. Frame(""), .. Frame(Ping[1..])]));

    [Fact]
    public void Null_is_a_value() => Assert.Equal(["null", Ping], ReadAll([.. Frame("nu"), .. Frame("ll" + Ping)]));

    [Fact]
    public void The_vectors_of_the_document_are_read()
    {
        Assert.Equal(["""{"cmd":"req_msg_server","obj":[],"repo":null}"""], ReadAll([0x00, 0x2e, .. "{\"cmd\":\"req_msg_server\",\"obj\":[],\"repo\":null}\n"u8]));
        Assert.Equal(["""{"cmd":"req_msg_server","obj":[],"repo":null}"""], ReadAll([0x00, 0x2d, .. "{\"cmd\":\"req_msg_server\",\"obj\":[],\"repo\":null}"u8]));
        Assert.Equal(["""{"cmd":"send_client_id","obj":["aa"],"repo":7}"""], ReadAll([0x00, 0x2f, .. "{\"cmd\":\"send_client_id\",\"obj\":[\"aa\"],\"repo\":7}\n"u8]));
        Assert.Equal([Ping], ReadAll([0x00, 0x29, .. "{\"cmd\":\"send_ping\",\"obj\":[],\"repo\":null}\n"u8]));
    }

    [Fact]
    public void Any_cut_of_the_stream_gives_the_same_values()
    {
        byte[] stream = [.. Frame(Ping + Login[..5]), .. Frame(""), .. Frame(Login[5..] + "\n"), .. Frame("null" + Ping)];
        string[] expected = [Ping, Login, "null", Ping];
        for (var size = 1; size <= stream.Length; size++)
        {
            Assert.Equal(expected, ReadAll(stream, size, segment: int.MaxValue));
            Assert.Equal(expected, ReadAll(stream, stream.Length, segment: size));
        }
    }

    [Fact]
    public void Any_values_in_any_frames_in_any_pieces_are_given_once_and_in_order()
    {
        var values = Gen.ListOf(Gen.Elements(Ping, Login, "null", "{}", """{"a":"\\\"{[}","b":[[{}]]}"""));
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(values.ToArbitrary(), ArbMap.Default.ArbFor<int>(), (list, seed) =>
        {
            var random = new Random(seed);
            var payload = Encoding.UTF8.GetBytes(string.Concat(list.Select(value => value + (random.Next(2) == 0 ? "\n" : ""))));
            var stream = new List<byte>();
            for (var at = 0; at < payload.Length;)
            {
                var length = Math.Min(random.Next(0, 40), payload.Length - at);
                stream.AddRange(Frame(payload.AsSpan(at, length)));
                at += length;
            }
            Assert.Equal(list, ReadAll([.. stream], random.Next(1, 30), random.Next(1, 30)));
        }));
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("\"x\"")]
    [InlineData("true")]
    [InlineData("nil")]
    [InlineData("GET / HTTP/1.1")]
    [InlineData("{garbage")]
    [InlineData("{\"cmd\":}")]
    [InlineData("{\"cmd\" \"x\"")]
    [InlineData("{\"cmd\":\"x\",,")]
    public void What_is_no_request_is_refused_without_waiting_for_its_end(string payload)
    {
        using var reader = new GoImReader(1000);
        var buffer = new ReadOnlySequence<byte>(Frame(payload));
        var status = reader.TryRead(ref buffer, out var value);
        Assert.True(status == GoImReadStatus.Invalid || (status == GoImReadStatus.Value && !GoImRequest.TryParse(value, out _)));
    }

    [Fact]
    public void Garbage_after_a_value_is_refused_after_the_value()
    {
        using var reader = new GoImReader(1000);
        var buffer = new ReadOnlySequence<byte>(Frame(Ping + "x"));
        Assert.Equal(GoImReadStatus.Value, reader.TryRead(ref buffer, out _));
        Assert.Equal(GoImReadStatus.Invalid, reader.TryRead(ref buffer, out _));
    }

    [Theory]
    [InlineData(100, 100, GoImReadStatus.Value)]
    [InlineData(100, 99, GoImReadStatus.TooLong)]
    public void The_limit_holds_for_a_value_in_one_frame_and_in_many(int length, int limit, GoImReadStatus expected)
    {
        var value = $$"""{"cmd":"{{new string('x', length - 10)}}"}""";
        Assert.Equal(length, value.Length);
        foreach (var size in new[] { length, 7, 1 })
        {
            using var reader = new GoImReader(limit);
            var buffer = new ReadOnlySequence<byte>([.. value.Chunk(size).SelectMany(part => Frame(new string(part)))]);
            Assert.Equal(expected, reader.TryRead(ref buffer, out _));
        }
    }

    [Fact]
    public void A_long_value_in_tiny_frames_is_read_in_time()
    {
        var value = $$"""{"cmd":"{{new string('}', 100_000)}}","obj":[{{string.Join(',', Enumerable.Repeat("\"\"", 20_000))}}]}""";
        Assert.Equal([value], ReadAll([.. value.SelectMany(letter => Frame(letter.ToString()))], 4096, int.MaxValue));
    }

    [Fact]
    public void Random_bytes_never_throw()
    {
        var random = new Random(7);
        var alphabet = "{}[]\",:\\nul 1e-.\u0000\u00ff"u8.ToArray();
        for (var round = 0; round < 50_000; round++)
        {
            var payload = new byte[random.Next(0, 30)];
            for (var i = 0; i < payload.Length; i++)
                payload[i] = alphabet[random.Next(alphabet.Length)];
            using var reader = new GoImReader(64);
            var buffer = new ReadOnlySequence<byte>(Frame(payload));
            while (reader.TryRead(ref buffer, out var value) == GoImReadStatus.Value)
            {
                if (!GoImRequest.TryParse(value, out var request))
                    continue;
                for (var i = 0; i < request.Count; i++)
                    Assert.NotNull(request.Text(i));
            }
        }
    }

    private static byte[] Frame(string payload) => Frame(Encoding.UTF8.GetBytes(payload));

    private static byte[] Frame(ReadOnlySpan<byte> payload) => [(byte)(payload.Length >> 8), (byte)payload.Length, .. payload];

    private static List<string> ReadAll(byte[] stream) => ReadAll(stream, Math.Max(1, stream.Length), int.MaxValue);

    /// <summary>Reads what comes in pieces, as a pipe gives it: what was not looked at comes again with more behind it.</summary>
    private static List<string> ReadAll(byte[] stream, int piece, int segment)
    {
        using var reader = new GoImReader(GoImFrame.DefaultMaxValueLength);
        var values = new List<string>();
        var rest = Array.Empty<byte>();
        foreach (var part in stream.Chunk(piece))
        {
            byte[] bytes = [.. rest, .. part];
            var buffer = segment < bytes.Length ? Segments.OfSize(bytes, segment) : new ReadOnlySequence<byte>(bytes);
            GoImReadStatus status;
            while ((status = reader.TryRead(ref buffer, out var value)) == GoImReadStatus.Value)
                values.Add(Encoding.UTF8.GetString(value));
            Assert.Equal(GoImReadStatus.NeedMore, status);
            rest = buffer.ToArray();
        }
        Assert.Empty(rest);
        return values;
    }
}
