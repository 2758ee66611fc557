using System.Text;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnVectorTests
{
    public static TheoryData<string> Names => Vectors.Names;

    public static TheoryData<string> NamesWeWrite =>
        [.. Vectors.All.Where(package => package.WeWriteTheSame).Select(package => package.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_package_of_the_protocol_file_is_read_as_it_says(string name)
    {
        var vector = Vectors.Named(name);
        var status = FpnnFraming.TryRead(
            vector.Bytes, FpnnFraming.DefaultMaxPackageLength, out var package, out var consumed, out var error);

        Assert.Equal(FpnnReadStatus.Package, status);
        Assert.Equal(FpnnProtocolError.None, error);
        Assert.Equal(vector.Bytes.Length, consumed);
        Assert.Equal(vector.Type, package.Type);
        Assert.Equal(vector.Method, Encoding.UTF8.GetString(package.Method));
        Assert.Equal(vector.Sequence, package.SequenceNumber);
        Assert.Equal(vector.Status, package.Status);
        Assert.Equal(vector.Status != 0, package.IsError);
        Assert.Equal(vector.Encoding, package.Encoding);
        Assert.Equal(vector.Version, package.Header.Version);
        Assert.Equal(package.Header.PayloadLength, (uint)package.Payload.Length);
        Assert.Equal(vector.Bytes, package.Whole.ToArray());
        Assert.Equal(vector.Json, Json(package));
    }

    [Theory]
    [MemberData(nameof(NamesWeWrite))]
    public void Packages_are_written_byte_for_byte_as_the_real_implementations_write_them(string name)
    {
        var vector = Vectors.Named(name);
        FpnnFraming.TryRead(vector.Bytes, int.MaxValue, out var package, out _, out _);
        var payload = package.Payload.ToArray();
        var method = package.Method.ToArray();

        var written = Hex.Written(writer =>
        {
            if (vector.Type != FpnnMessageType.Answer)
            {
                FpnnWriter.WriteQuest(writer, vector.Type, vector.Sequence, method, payload, vector.Encoding);
                return;
            }

            if (vector.Status == 0)
            {
                FpnnWriter.WriteAnswer(writer, vector.Sequence, payload, vector.Encoding);
                return;
            }

            var start = FpnnWriter.BeginAnswer(writer, vector.Sequence, error: true, vector.Encoding);
            writer.Write(payload);
            FpnnWriter.End(writer, start);
        });
        Assert.Equal(Hex.Plain(vector.HexText), Hex.Text(written));

        var reserved = Hex.Written(writer =>
        {
            var start = vector.Type == FpnnMessageType.Answer
                ? FpnnWriter.BeginAnswer(writer, vector.Sequence, vector.Status != 0, vector.Encoding)
                : FpnnWriter.BeginQuest(writer, vector.Type, vector.Sequence, method, vector.Encoding);
            if (vector.Json != "{}")
                writer.Write(payload);
            FpnnWriter.End(writer, start);
        });
        Assert.Equal(Hex.Plain(vector.HexText), Hex.Text(reserved));
    }

    [Theory]
    [MemberData(nameof(NamesWeWrite))]
    public void The_JSON_meaning_of_a_package_becomes_its_MessagePack_payload_again(string name)
    {
        var vector = Vectors.Named(name);
        if (vector.Encoding != FpnnEncoding.MessagePack || name is "P7" or "which refused" or "P17")
            return; // JSON on both sides, or a code in the form that is written on purpose
        FpnnFraming.TryRead(vector.Bytes, int.MaxValue, out var package, out _, out _);
        var expected = Hex.Text(package.Payload);
        Assert.Equal(expected, Hex.Text(Hex.Written(w => Assert.True(FpnnJson.TryToMessagePack(Encoding.UTF8.GetBytes(vector.Json), w)))));
    }

    [Fact]
    public void Error_answers_are_the_recorded_ones()
    {
        Assert.Equal(Vectors.Named("P6").Bytes, Hex.Written(w => FpnnWriter.WriteError(w, 1, 20004, "Unknow method:nosuch")));
        Assert.Equal(
            Vectors.Named("P8").Bytes,
            Hex.Written(w => FpnnWriter.WriteError(w, 0x01020304, 20004, "This method is not supported by client.")));
        Assert.Equal(Vectors.Named("P17").Bytes, Hex.Written(w => FpnnWriter.WriteError(w, 1, 100001, "x")));
    }

    [Fact]
    public void A_large_code_is_written_as_int32_where_the_reference_server_writes_uint32()
    {
        var recorded = Hex.Plain(Vectors.Named("which refused").HexText);
        var written = Hex.Text(Hex.Written(w =>
            FpnnWriter.WriteError(w, 1, FpnnErrorCode.DispatchInvalidParameter, "Disallowed service.", raiser: "Dispatcher")));
        Assert.Equal(recorded.Replace("ce000186a1", "d2000186a1", StringComparison.Ordinal), written);
    }

    [Theory]
    [InlineData(0, "00")]
    [InlineData(127, "7f")]
    [InlineData(20004, "cd4e24")]
    [InlineData(65535, "cdffff")]
    [InlineData(65536, "d200010000")]
    [InlineData(int.MaxValue, "d27fffffff")]
    public void Codes_up_to_65535_are_written_small_and_larger_ones_as_int32(int code, string expected)
    {
        var payload = Hex.Text(Hex.Written(w => FpnnWriter.WriteErrorPayload(w, code, "")));
        Assert.Equal("82a4636f6465" + expected + "a26578a0", payload);
    }

    [Fact]
    public void JSON_error_answers_have_code_and_text_and_the_raiser_when_there_is_one()
    {
        var plain = Hex.Written(w => FpnnWriter.WriteError(w, 2, 20004, "a \"b\" 中", FpnnEncoding.Json));
        Assert.Equal(FpnnReadStatus.Package, FpnnFraming.TryRead(plain, 1000, out var package, out _, out _));
        Assert.Equal(1, package.Status);
        Assert.Equal(2u, package.SequenceNumber);
        Assert.Equal("""{"code":20004,"ex":"a \"b\" 中"}""", Encoding.UTF8.GetString(package.Payload));

        var raised = Hex.Written(w => FpnnWriter.WriteError(w, 2, 1, "x", FpnnEncoding.Json, "Demo"));
        FpnnFraming.TryRead(raised, 1000, out package, out _, out _);
        Assert.Equal("""{"code":1,"ex":"x","raiser":"Demo"}""", Encoding.UTF8.GetString(package.Payload));
    }

    [Fact]
    public void The_type_zoo_of_the_reference_server_reads_as_recorded()
    {
        var payload = Hex.Bytes(Vectors.ServerZooPayload);
        Assert.Equal(104, payload.Length);
        Assert.Equal(
            """
            {"i1":-1,"i64":5000000000,"n64":-5000000000,"u32":4000000000,"d":3.141592653589793,"f":1.5,"b":true,"nil":null,
            "bin":"AP9B","s":"a/b\"中","arr":[1,2,300],"imap":{"7":"x"}}
            """.ReplaceLineEndings(""),
            Encoding.UTF8.GetString(Hex.Written(w => FpnnJson.FromMessagePack(payload, w))));

        Assert.True(FpnnParameters.TryParse(payload, out var p));
        Assert.Equal(-1, p.Int64("i1"u8));
        Assert.Equal(5_000_000_000, p.Int64("i64"u8));
        Assert.Equal(-5_000_000_000, p.Int64("n64"u8));
        Assert.Equal(4_000_000_000, p.Int64("u32"u8));
        Assert.Equal(Math.PI, p.Double("d"u8));
        Assert.Equal(1.5, p.Double("f"u8));
        Assert.True(p.Boolean("b"u8));
        Assert.False(p.Has("nil"u8));
        Assert.Equal("00ff41", Hex.Text(p.Bytes("bin"u8, out var isBinary)));
        Assert.True(isBinary);
        Assert.Equal("a/b\"中", p.String("s"u8));
        Assert.Equal([1, 2, 300], p.Int64List("arr"u8));
        Assert.Equal([7], p.Int64List("imap"u8));
        Assert.False(p.Failed);
    }

    [Fact]
    public void The_type_zoo_of_the_CSharp_SDK_reads_as_recorded()
    {
        var bytes = Hex.Bytes(Vectors.CSharpZoo);
        Assert.Equal(210, bytes.Length);
        FpnnFraming.TryRead(bytes, int.MaxValue, out var package, out _, out _);
        Assert.True(FpnnParameters.TryParse(package.Payload, out var p));
        Assert.Equal(19, p.Count);
        Assert.Equal("héllo", p.String("s"u8));
        Assert.Equal(-1, p.Int64("neg"u8));
        Assert.Equal(-33, p.Int64("neg33"u8));
        Assert.Equal(-128, p.Int64("i8"u8));
        Assert.Equal(200, p.Int32("u8"u8));
        Assert.Equal(-129, p.Int32("i16"u8));
        Assert.Equal(65535, p.Int32("u16"u8));
        Assert.Equal(4_000_000_000, p.Int64("u32"u8));
        Assert.Equal(-5_000_000_000, p.Int64("i64"u8));
        Assert.Equal(5_000_000_000, p.Int64("u64"u8));
        Assert.Equal(1.5, p.Double("f"u8));
        Assert.Equal(3.14, p.Double("d"u8));
        Assert.True(p.Boolean("t"u8));
        Assert.Equal(new string('a', 32), p.String("str32"u8));
        Assert.True(p.TryGetRaw("max"u8, out var max));
        Assert.True(new MessagePackReader(max).TryReadUInt64(out var largest));
        Assert.Equal(ulong.MaxValue, largest);
        Assert.False(p.Failed);
        p.Int64("max"u8);
        Assert.Equal(FpnnErrorCode.WrongType, p.Error);
    }

    [Theory]
    [InlineData("ce00011170", 70_000)]
    [InlineData("cb41edcd6500000000", 4_000_000_000)]
    [InlineData("cb41f2a05f20000000", 5_000_000_000)]
    [InlineData("cbc1f2a05f20000000", -5_000_000_000)]
    [InlineData("d30000000000000005", 5)]
    public void Numbers_of_JavaScript_clients_are_integers(string hex, long expected)
    {
        var reader = new MessagePackReader(Hex.Bytes(hex));
        Assert.True(FpnnValue.TryReadInt64(ref reader, out var value));
        Assert.Equal(expected, value);
        Assert.Equal(0, reader.Remaining);
    }

    // The FPNN packages inside the WebSocket frames of §6.4; unmasking is not the codec's work.
    [Fact]
    public void The_packages_inside_the_recorded_WebSocket_frames_are_those_of_the_worked_example()
    {
        var masked = Hex.Bytes("57727d0a 10a23247 16223344 10223344 704657c6 b04332e5 7320");
        var mask = Hex.Bytes("11223344");
        for (var i = 0; i < masked.Length; i++)
            masked[i] ^= mask[i % 4];
        Assert.Equal(Vectors.Named("P1").Bytes, masked);

        var answer = Hex.Bytes("82 16 46504e4e 01 80 02 00 06000000 01000000 81a373756d03");
        Assert.Equal(answer[1], answer.Length - 2);
        Assert.Equal(Vectors.Named("P3").Bytes, answer[2..]);
        Assert.Equal(0x15, Vectors.Named("§3 push1").Bytes.Length);
        Assert.Equal(0x19, Vectors.Named("§3 push2").Bytes.Length);
    }

    [Fact]
    public void The_empty_array_that_the_CSharp_SDK_sends_counts_as_an_empty_map()
    {
        FpnnFraming.TryRead(Vectors.Named("C# empty answer").Bytes, 100, out var package, out _, out _);
        Assert.True(FpnnParameters.TryParse(package.Payload, out var parameters));
        Assert.Equal(0, parameters.Count);
        Assert.False(parameters.Has("a"u8));
    }

    private static string Json(in FpnnPackage package)
    {
        if (package.Encoding == FpnnEncoding.MessagePack)
        {
            var payload = package.Payload.ToArray();
            return Encoding.UTF8.GetString(Hex.Written(w => FpnnJson.FromMessagePack(payload, w)));
        }

        var json = package.Payload.ToArray();
        var pack = Hex.Written(w => Assert.True(FpnnJson.TryToMessagePack(json, w)));
        return Encoding.UTF8.GetString(Hex.Written(w => FpnnJson.FromMessagePack(pack, w)));
    }
}
