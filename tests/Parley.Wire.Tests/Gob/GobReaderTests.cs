using System.Diagnostics;
using System.Text;
using Parley.Wire.Gob;

namespace Parley.Wire.Tests.Gob;

/// <summary>openim §8.4: what the reader takes, and every decode error.</summary>
public sealed class GobReaderTests
{
    private static readonly GoField[] Fields =
    [
        new("ReqIdentifier", 2, 1003L), new("Token", 6, "t"), new("SendID", 6, "u"), new("OperationID", 6, "o"), new("MsgIncr", 6, "i"),
        new("Data", 5, new byte[] { 1, 2 }),
    ];

    [Theory]
    [InlineData(7)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(66)]
    [InlineData(70_000)]
    [InlineData(int.MaxValue)]
    public void The_number_of_the_type_does_not_matter(int typeId) => AssertRead(GoEncoder.Frame(typeId, "GeneralWsReq", Fields));

    [Theory]
    [InlineData("Req")]
    [InlineData("")]
    [InlineData("你好")]
    public void The_name_of_the_type_does_not_matter(string name) => AssertRead(GoEncoder.Frame(65, name, Fields));

    [Fact]
    public void The_order_of_the_fields_does_not_matter() => AssertRead(GoEncoder.Frame(65, "Req", [.. Fields.Reverse()]));

    [Fact]
    public void Unknown_fields_of_builtin_types_are_skipped()
    {
        var unknown = new GoField[]
        {
            new("A", 1, true), new("B", 2, long.MinValue), new("C", 3, ulong.MaxValue), new("D", 4, -1.5), new("E", 5, new byte[300]),
            new("F", 6, "text"), new("reqidentifier", 6, "other case"), new("SENDID", 2, 5L),
        };
        AssertRead(GoEncoder.Frame(65, "Req", [.. unknown, .. Fields]));
        AssertRead(GoEncoder.Frame(65, "Req", [.. Fields, .. unknown]));
        AssertRead(GoEncoder.Frame(65, "Req", [.. unknown.Zip(Fields).SelectMany(pair => new[] { pair.First, pair.Second })]));
    }

    [Fact]
    public void Descriptions_that_the_value_does_not_need_are_passed_over()
    {
        byte[] others = [.. GoEncoder.Description(66, "Other", [new("X", 6, null)]), .. GoEncoder.Description(67, "Empty", [])];
        AssertRead([.. others, .. GoEncoder.Frame(65, "Req", Fields)]);
        AssertRead([.. GoEncoder.Description(65, "Req", Fields), .. others, .. GoEncoder.Value(65, Fields)]);
    }

    [Fact]
    public void A_field_of_a_foreign_type_is_an_error_only_with_a_value()
    {
        AssertRead(GoEncoder.Frame(65, "Req", [new("Nested", 66, null), .. Fields]));
        AssertBroken(GoEncoder.Frame(65, "Req", [new("Nested", 66, 1L), .. Fields]));
        AssertBroken(GoEncoder.Frame(65, "Req", [new("Complex", 7, 1L), .. Fields]));
        AssertBroken(GoEncoder.Frame(65, "Req", [new("None", 0, 1L), .. Fields]));
        AssertBroken(GoEncoder.Frame(65, "Req", [new("Negative", -6, 1L), .. Fields]));
    }

    [Theory]
    [InlineData("ReqIdentifier", 3, 1003ul)]
    [InlineData("ReqIdentifier", 6, "1003")]
    [InlineData("SendID", 5, new byte[] { 1 })]
    [InlineData("SendID", 2, 1L)]
    [InlineData("Token", 1, true)]
    [InlineData("OperationID", 4, 1d)]
    [InlineData("MsgIncr", 2, 1L)]
    [InlineData("Data", 6, "text")]
    public void A_known_field_of_another_type_is_an_error(string name, int type, object value) =>
        Assert.False(GobRequest.TryRead(GoEncoder.Frame(65, "Req", [new(name, type, value)]), out _));

    [Theory]
    [InlineData("ErrCode", 3, 1ul)]
    [InlineData("ErrCode", 2, int.MaxValue + 1L)]
    [InlineData("ErrMsg", 5, new byte[] { 1 })]
    [InlineData("Data", 6, "text")]
    public void A_known_field_of_another_type_is_an_error_in_an_answer_too(string name, int type, object value) =>
        Assert.False(GobAnswer.TryRead(GoEncoder.Frame(65, "Resp", [new(name, type, value)]), out _));

    [Theory]
    [InlineData(int.MaxValue, true)]
    [InlineData(int.MinValue, true)]
    [InlineData(int.MaxValue + 1L, false)]
    [InlineData(int.MinValue - 1L, false)]
    [InlineData(long.MaxValue, false)]
    [InlineData(long.MinValue, false)]
    public void The_identifier_is_a_number_of_32_bits(long number, bool isRead)
    {
        Assert.Equal(isRead, GobRequest.TryRead(GoEncoder.Frame(65, "Req", [new("ReqIdentifier", 2, number)]), out var request));
        Assert.Equal(isRead ? number : 0, request.ReqIdentifier);
    }

    [Fact]
    public void A_request_with_nothing_in_it_is_read()
    {
        Assert.True(GobRequest.TryRead(GoEncoder.Frame(65, "Req", []), out var none));
        Assert.True(GobRequest.TryRead(GoEncoder.Frame(65, "Req", [.. Fields.Select(field => field with { Value = null })]), out var zero));
        Assert.Equal(0, none.ReqIdentifier + zero.ReqIdentifier);
        Assert.True(none.SendId.IsEmpty && none.Data.IsEmpty && zero.MsgIncr.IsEmpty && zero.OperationId.IsEmpty);
    }

    [Fact]
    public void Numbers_with_needless_zero_bytes_are_read()
    {
        // The length as f8 and eight bytes, the type id as fe 00 82.
        byte[] value = [0xf8, 0, 0, 0, 0, 0, 0, 0, 6, 0xfe, 0x00, 0x82, 0x01, 0x02, 0x00];
        Assert.True(GobRequest.TryRead([.. GoEncoder.Description(65, "Req", Fields), .. value], out var request));
        Assert.Equal(1, request.ReqIdentifier);
    }

    [Theory]
    [InlineData("")]
    [InlineData("00")]
    [InlineData("0100")]
    [InlineData("80")]
    [InlineData("f7000000000000000001")]
    [InlineData("f8ffffffffffffffff")]
    [InlineData("f87fffffffffffffff")]
    [InlineData("03ff8200")]
    [InlineData("020c00")]
    [InlineData("0af80000000000000000ff")]
    [InlineData("0af8fffffffffffffffe00")]
    [InlineData("0af8ffffffffffffffff00")]
    public void What_is_no_frame(string hex) => AssertBroken(Hex.Bytes(hex));

    [Theory]
    [InlineData("03ff8400")]
    [InlineData("03ff8000")]
    [InlineData("020000")]
    [InlineData("020c00")]
    public void A_value_of_a_type_that_is_not_described(string hex) =>
        AssertBroken([.. GoEncoder.Description(65, "Req", Fields), .. Hex.Bytes(hex)]);

    [Theory]
    [InlineData("ff82", "no end")]
    [InlineData("ff8201", "a step without a value")]
    [InlineData("ff82010200aa", "bytes behind the value in its message")]
    [InlineData("ff820102", "no end behind a value")]
    [InlineData("ff82070200", "a step beyond the last field")]
    [InlineData("ff820601000200", "a step from the last field")]
    [InlineData("ff82f8ffffffffffffffff00", "an endless step")]
    [InlineData("ff820102f8ffffffffffffffff00", "a second endless step")]
    [InlineData("ff82020500", "a text longer than the frame")]
    [InlineData("ff8202f8ffffffffffffffff00", "an endless text")]
    [InlineData("ff8201f700", "a number of nine bytes")]
    public void A_broken_value(string hex, string why) =>
        AssertBroken([.. GoEncoder.Description(65, "Req", Fields), .. GoEncoder.Message(Hex.Bytes(hex))], why);

    [Theory]
    [InlineData("ff8103010103526571 01ff8200 0101 01014101040000 00aa", "bytes behind the description")]
    [InlineData("ff8103010103526571 01ff8400 0101 01014101040000 00", "another id inside")]
    [InlineData("ff8103 0201010141010400 00 00", "no common part")]
    [InlineData("ff81 01 00", "an array")]
    [InlineData("ff8102010101ff8200010c0000", "a slice")]
    [InlineData("ff8103010103526571 01ff8200 01f8ffffffffffffffff 01014101040000 00", "endless fields")]
    [InlineData("ff8103010103526571 01ff8200 0102 0101410104 0000 00", "fewer fields than said")]
    [InlineData("ff8103010103526571 01ff8200 0101 0301040000 00", "a third part of a field")]
    [InlineData("ff8103010103526571 01ff8200 0101 01ff4101040000 00", "a name longer than the frame")]
    [InlineData("ff8103010103526571 01ff8200 0101 01014101040000", "no end")]
    [InlineData("ff81", "nothing")]
    [InlineData("0b03010101520 10c00 0101 010141010400 00 00", "a built-in type")]
    public void A_broken_description(string hex, string why)
    {
        var broken = GoEncoder.Message(Hex.Bytes(hex));
        AssertBroken([.. broken, .. Hex.Bytes("03ff8200")], why);
        // Also when the value is of another type, described before or after.
        AssertBroken([.. broken, .. GoEncoder.Frame(70, "Req", Fields)], why);
        AssertBroken([.. GoEncoder.Description(70, "Req", Fields), .. broken, .. GoEncoder.Value(70, Fields)], why);
    }

    [Fact]
    public void The_description_that_the_broken_ones_are_made_of_is_good() =>
        Assert.True(GobRequest.TryRead(
            [.. GoEncoder.Message(Hex.Bytes("ff8103010103526571 01ff8200 0101 010141010400 00 00")), .. Hex.Bytes("03ff8200")], out _));

    [Fact]
    public void Bytes_behind_the_value_are_an_error()
    {
        var frame = GoEncoder.Frame(65, "Req", Fields);
        AssertBroken([.. frame, 0]);
        AssertBroken([.. frame, .. frame]);
        AssertBroken([.. frame, .. GoEncoder.Value(65, Fields)]);
        AssertBroken([.. frame, .. GoEncoder.Description(66, "Req", Fields)]);
    }

    [Fact]
    public void A_type_described_twice_is_an_error() =>
        AssertBroken([.. GoEncoder.Description(65, "Req", Fields), .. GoEncoder.Frame(65, "Req", Fields)]);

    [Fact]
    public void A_description_without_a_value_is_an_error() => AssertBroken(GoEncoder.Description(65, "Req", Fields));

    [Fact]
    public void A_frame_full_of_descriptions_is_read_in_one_go()
    {
        var description = GoEncoder.Description(66, "", []);
        var frame = new List<byte>();
        while (frame.Count < 65_536)
            frame.AddRange(description);
        var watch = Stopwatch.StartNew();
        AssertRead([.. frame, .. GoEncoder.Frame(65, "Req", Fields)]);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(5));
    }

    private static void AssertRead(byte[] frame)
    {
        Assert.True(GobRequest.TryRead(frame, out var request));
        Assert.Equal(1003, request.ReqIdentifier);
        Assert.Equal("t u", $"{Text(request.Token)} {Text(request.SendId)}");
        Assert.Equal("o i", $"{Text(request.OperationId)} {Text(request.MsgIncr)}");
        Assert.Equal([1, 2], request.Data.ToArray());
    }

    private static void AssertBroken(byte[] frame, string why = "")
    {
        Assert.False(GobRequest.TryRead(frame, out var request), why);
        Assert.Equal(0, request.ReqIdentifier);
        Assert.True(request.SendId.IsEmpty && request.Data.IsEmpty && request.MsgIncr.IsEmpty);
        Assert.False(GobAnswer.TryRead(frame, out _), why);
    }

    private static string Text(ReadOnlySpan<byte> bytes) => Encoding.UTF8.GetString(bytes);
}
