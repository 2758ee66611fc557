using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;
using Parley.Wire.Tests.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnJsonTests
{
    private static string? ToPack(ReadOnlySpan<byte> json)
    {
        using var writer = new PooledBufferWriter();
        writer.Write([0xaa]);
        var converted = FpnnJson.TryToMessagePack(json, writer);
        Assert.Equal(0xaa, writer.WrittenSpan[0]);
        if (converted)
            return Hex.Text(writer.WrittenSpan[1..]);
        Assert.Equal(1, writer.WrittenCount);
        return null;
    }

    private static string? ToPack(string json) => ToPack(Encoding.UTF8.GetBytes(json));

    private static string ToJson(string hex) => ToJson(Hex.Bytes(hex));

    private static string ToJson(byte[] pack) => Encoding.UTF8.GetString(Hex.Written(w => FpnnJson.FromMessagePack(pack, w)));

    [Theory]
    [InlineData("{}", "80")]
    [InlineData(" { } ", "80")]
    [InlineData("""{"a":1,"b":2}""", "82a16101a16202")]
    [InlineData("""{"a":null,"b":true,"c":false}""", "83a161c0a162c3a163c2")]
    [InlineData("""{"a":-1}""", "81a161d0ff")]
    [InlineData("""{"a":4294967296}""", "81a161d30000000100000000")]
    [InlineData("""{"a":9223372036854775807}""", "81a161d37fffffffffffffff")]
    [InlineData("""{"a":-9223372036854775808}""", "81a161d38000000000000000")]
    [InlineData("""{"a":9223372036854775808}""", "81a161cf8000000000000000")]
    [InlineData("""{"a":18446744073709551615}""", "81a161cfffffffffffffffff")]
    [InlineData("""{"a":18446744073709551616}""", "81a161cb43f0000000000000")]
    [InlineData("""{"a":-9223372036854775809}""", "81a161cbc3e0000000000000")]
    [InlineData("""{"a":1.5}""", "81a161cb3ff8000000000000")]
    [InlineData("""{"a":1.0}""", "81a161cb3ff0000000000000")]
    [InlineData("""{"a":1e2}""", "81a161cb4059000000000000")]
    [InlineData("""{"a":3.14159265}""", "81a161cb400921fb53c8d4f1")]
    [InlineData("""{"a":"中\/\u0041\n\ud83d\ude00"}""", "81a161aae4b8ad2f410af09f9880")]
    [InlineData("""{"":""}""", "81a0a0")]
    [InlineData("""{"\u0061":1}""", "81a16101")]
    [InlineData("""{"a":[],"b":{},"c":[[1],{"d":[2]}]}""", "83a16190a16280a163929101" + "81a1649102")]
    [InlineData("""{"a":1,"a":2}""", "82a16101a16102")]
    public void JSON_becomes_MessagePack(string json, string expected) => Assert.Equal(expected, ToPack(json));

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("[]")]
    [InlineData("1")]
    [InlineData("null")]
    [InlineData("\"a\"")]
    [InlineData("{")]
    [InlineData("""{"a"}""")]
    [InlineData("""{"a":}""")]
    [InlineData("""{"a":1,}""")]
    [InlineData("""{"a":1}x""")]
    [InlineData("""{"a":1}{}""")]
    [InlineData("""{a:1}""")]
    [InlineData("""{'a':1}""")]
    [InlineData("""{"a":01}""")]
    [InlineData("""{"a":+1}""")]
    [InlineData("""{"a":1e999}""")]
    [InlineData("""{"a":-1e999}""")]
    [InlineData("""{"a":NaN}""")]
    [InlineData("""{"a":"\ud800"}""")]
    [InlineData("""{"\udc00":1}""")]
    [InlineData("""{"a":"\x"}""")]
    [InlineData("{\"a\":\"\n\"}")]
    [InlineData("""{"a":1/*c*/}""")]
    [InlineData("\ufeff{}")]
    public void What_is_no_JSON_object_is_refused_and_nothing_is_left(string json) => Assert.Null(ToPack(json));

    [Fact]
    public void Strings_and_keys_that_are_not_UTF8_are_refused()
    {
        Assert.Null(ToPack([.. "{\"a\":\""u8, 0xff, .. "\"}"u8]));
        Assert.Null(ToPack([.. "{\"a\":\"\\n"u8, 0xff, .. "\"}"u8]));
        Assert.Null(ToPack([.. "{\""u8, 0xc3, .. "\":1}"u8]));
        Assert.Null(ToPack([0xff]));
    }

    [Theory]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(65535)]
    [InlineData(65536)]
    public void Containers_of_any_size_get_the_right_header(int count)
    {
        var array = "{\"a\":[" + string.Join(',', Enumerable.Repeat("7", count)) + "],\"b\":1}";
        var header = count switch { 15 => "9f", 16 => "dc0010", 65535 => "dcffff", _ => "dd00010000" };
        Assert.Equal("82a161" + header + string.Concat(Enumerable.Repeat("07", count)) + "a16201", ToPack(array));

        var map = "{\"m\":{" + string.Join(',', Enumerable.Repeat("\"k\":[]", count)) + "},\"b\":1}";
        header = count switch { 15 => "8f", 16 => "de0010", 65535 => "deffff", _ => "df00010000" };
        Assert.Equal("82a16d" + header + string.Concat(Enumerable.Repeat("a16b90", count)) + "a16201", ToPack(map));
    }

    [Fact]
    public void Large_containers_inside_each_other_move_no_bytes_astray()
    {
        var inner = "[" + string.Join(',', Enumerable.Range(0, 20)) + "]";
        var middle = "[" + string.Join(',', Enumerable.Repeat(inner, 20)) + "]";
        var json = "{\"a\":[" + string.Join(',', Enumerable.Repeat(middle, 20)) + "]}";
        Assert.Equal(json, ToJson(ToPack(json)!));
    }

    [Fact]
    public void Objects_stand_inside_each_other_up_to_64_deep()
    {
        Assert.NotNull(ToPack(Nested(64)));
        Assert.Equal(Nested(64), ToJson(ToPack(Nested(64))!));
        Assert.Null(ToPack(Nested(65)));
        Assert.Null(ToPack(Nested(100_000)));

        static string Nested(int depth) =>
            string.Concat(Enumerable.Repeat("{\"a\":", depth - 1)) + "{}" + new string('}', depth - 1);
    }

    [Theory]
    [InlineData("80", "{}")]
    [InlineData("81a373756d03", """{"sum":3}""")]
    [InlineData("82a161c0a162c3", """{"a":null,"b":true}""")]
    [InlineData("81a161cb400921fb53c8d4f1", """{"a":3.14159265}""")]
    [InlineData("81a161cb400921fb54442d18", """{"a":3.141592653589793}""")]
    [InlineData("81a161ca3fc00000", """{"a":1.5}""")]
    [InlineData("81a161cb7ff8000000000000", """{"a":null}""")]
    [InlineData("81a161cb7ff0000000000000", """{"a":null}""")]
    [InlineData("81a161cbfff0000000000000", """{"a":null}""")]
    [InlineData("81a161ca7f800000", """{"a":null}""")]
    [InlineData("81a161cfffffffffffffffff", """{"a":18446744073709551615}""")]
    [InlineData("81a161d38000000000000000", """{"a":-9223372036854775808}""")]
    [InlineData("81a161c40300ff41", """{"a":"AP9B"}""")] // BIN
    [InlineData("81a161a300ff41", """{"a":"AP9B"}""")] // STR that is not UTF-8
    [InlineData("81a161c400", """{"a":""}""")]
    [InlineData("81a161d40105", """{"a":"BQ=="}""")] // ext
    [InlineData("81a161a52f22005c0a", """{"a":"/\"\u0000\\\n"}""")]
    [InlineData("8107a178", """{"7":"x"}""")]
    [InlineData("81d0f9a178", """{"-7":"x"}""")]
    [InlineData("81cfffffffffffffffff01", """{"18446744073709551615":1}""")]
    [InlineData("81cb3ff800000000000001", """{"1.5":1}""")]
    [InlineData("81c001", """{"null":1}""")]
    [InlineData("81c301", """{"true":1}""")]
    [InlineData("81c201", """{"false":1}""")]
    [InlineData("81c40300ff4101", """{"AP9B":1}""")]
    [InlineData("81a300ff4101", """{"AP9B":1}""")]
    [InlineData("81d4010501", """{"BQ==":1}""")]
    [InlineData("81910501", """{"kQU=":1}""")]
    [InlineData("81a122a12201", """{"\"":"\""}""")]
    [InlineData("05", "5")]
    [InlineData("a161", "\"a\"")]
    [InlineData("9301a161c0", """[1,"a",null]""")]
    public void MessagePack_becomes_clean_JSON(string pack, string expected) => Assert.Equal(expected, ToJson(pack));

    [Fact]
    public void Bytes_behind_the_value_are_ignored() => Assert.Equal("{}", ToJson("80c1"));

    [Theory]
    [InlineData("")]
    [InlineData("81")]
    [InlineData("c1")]
    [InlineData("81a161")]
    [InlineData("dfffffffff")]
    public void A_value_that_is_cut_off_is_refused_and_nothing_is_written(string pack)
    {
        using var writer = new PooledBufferWriter();
        Assert.False(FpnnJson.TryFromMessagePack(Hex.Bytes(pack), writer));
        Assert.Equal(0, writer.WrittenCount);
        Assert.Throws<ArgumentException>(() => FpnnJson.FromMessagePack(Hex.Bytes(pack), writer));
    }

    [Fact]
    public void Containers_as_keys_inside_each_other_do_not_blow_up()
    {
        var hostile = Hex.Bytes(string.Concat(Enumerable.Repeat("81", 64)) + "a122c0" + string.Concat(Enumerable.Repeat("c0", 63)));
        Assert.InRange(ToJson(hostile).Length, 1, 500);
    }

    [Fact]
    public void Any_value_becomes_JSON_that_a_strict_parser_reads()
    {
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(1000),
            Prop.ForAll(MessagePackValueGenerator.Value(3).ToArbitrary(), value =>
            {
                using var document = JsonDocument.Parse(ToJson(MessagePackValueGenerator.Encode(value)));
                Same(value, document.RootElement);
            }));
    }

    [Fact]
    public void A_map_of_JSON_types_is_the_same_after_both_conversions()
    {
        var maps = MessagePackValueGenerator.Map(MessagePackValueGenerator.Value(2)).Where(map => !HasNoJson(map)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(maps, map =>
        {
            var pack = MessagePackValueGenerator.Encode(map);
            Assert.Equal(Hex.Text(pack), ToPack(ToJson(pack)));
        }));

        // Binaries become text, and floats that are integral lose their point.
        static bool HasNoJson(object? value) => value switch
        {
            byte[] => true,
            double x => !double.IsFinite(x) || x == Math.Truncate(x),
            KeyValuePair<string, object?>[] x => x.Any(e => HasNoJson(e.Value)),
            object?[] x => x.Any(HasNoJson),
            _ => false,
        };
    }

    [Fact]
    public void Any_bytes_are_converted_or_refused_in_both_directions()
    {
        var random = new Random(5);
        const string Alphabet = "{}[]\":,\\u0019deaft.-+ntrlse \n\ud83d";
        for (var round = 0; round < 30_000; round++)
        {
            var text = Encoding.UTF8.GetBytes("{\"a\":" + new string(random.GetItems<char>(Alphabet, random.Next(0, 12))) + "}");
            if (random.Next(4) == 0)
                text[random.Next(text.Length)] = (byte)random.Next(256);
            if (ToPack(text) is { } pack)
                ToJson(pack);

            var bytes = new byte[random.Next(0, 20)];
            random.NextBytes(bytes);
            using var writer = new PooledBufferWriter();
            if (FpnnJson.TryFromMessagePack(bytes, writer))
                JsonDocument.Parse(writer.WrittenMemory).Dispose();
        }
    }

    private static void Same(object? expected, JsonElement actual)
    {
        switch (expected)
        {
            case null:
                Assert.Equal(JsonValueKind.Null, actual.ValueKind);
                break;
            case bool x:
                Assert.Equal(x, actual.GetBoolean());
                break;
            case long x:
                Assert.Equal(x, actual.GetInt64());
                break;
            case double x when double.IsFinite(x):
                Assert.Equal(x, actual.GetDouble());
                break;
            case double:
                Assert.Equal(JsonValueKind.Null, actual.ValueKind);
                break;
            case string x:
                Assert.Equal(x, actual.GetString());
                break;
            case byte[] x:
                Assert.Equal(x, actual.GetBytesFromBase64());
                break;
            case KeyValuePair<string, object?>[] x:
                Assert.Equal(x.Length, actual.EnumerateObject().Count());
                foreach (var (entry, property) in x.Zip(actual.EnumerateObject()))
                {
                    Assert.Equal(entry.Key, property.Name);
                    Same(entry.Value, property.Value);
                }

                break;
            case object?[] x:
                Assert.Equal(x.Length, actual.GetArrayLength());
                foreach (var (element, item) in x.Zip(actual.EnumerateArray()))
                    Same(element, item);
                break;
        }
    }
}
