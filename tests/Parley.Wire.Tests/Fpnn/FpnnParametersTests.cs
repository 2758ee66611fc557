using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;
using Parley.Wire.Tests.MessagePack;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnParametersTests
{
    private const int Missing = 10009;
    private const int Wrong = 10010;
    private const int OtherKey = 10005;

    // One entry "k" with this value.
    private static byte[] K(string value) => Hex.Bytes("81a16b" + value);

    private static byte[] Pack(object? map) => MessagePackValueGenerator.Encode(map);

    [Theory]
    [InlineData("05", 5)]
    [InlineData("ff", -1)]
    [InlineData("cc05", 5)]
    [InlineData("cf0000000000000005", 5)]
    [InlineData("cf7fffffffffffffff", long.MaxValue)]
    [InlineData("d30000000000000005", 5)]
    [InlineData("d38000000000000000", long.MinValue)]
    [InlineData("d100c8", 200)]
    [InlineData("cb4014000000000000", 5)] // 5.0
    [InlineData("ca40a00000", 5)] // 5.0f
    [InlineData("cbc014000000000000", -5)]
    [InlineData("cb8000000000000000", 0)] // -0.0
    [InlineData("cb41edcd6500000000", 4000000000)]
    [InlineData("cbc3e0000000000000", long.MinValue)] // -2^63
    [InlineData("cb43dfffffffffffff", 9223372036854774784)] // the largest double below 2^63
    [InlineData("a135", 5)]
    [InlineData("a3303035", 5)]
    [InlineData("c4022d35", -5)]
    [InlineData("b339323233333732303336383534373735383037", long.MaxValue)]
    [InlineData("b42d39323233333732303336383534373735383038", long.MinValue)]
    public void Integers_come_in_any_width_as_integral_floats_and_as_decimal_strings(string value, long expected)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(expected, p.Int64("k"u8));
        Assert.Equal(expected, p.Int64OrDefault("k"u8, 77));
        Assert.Equal(expected, p.Int64OrNull("k"u8));
        Assert.False(p.Failed);
        Assert.Equal(0, p.Error);
        Assert.Equal("", p.ErrorText);

        Assert.True(FpnnParameters.TryParse(K("92" + value + value), out p));
        Assert.Equal([expected, expected], p.Int64List("k"u8));
        Assert.False(p.Failed);

        Assert.True(FpnnParameters.TryParse(K(value), out p));
        var fits = expected is >= int.MinValue and <= int.MaxValue;
        Assert.Equal(fits ? expected : 0, p.Int32("k"u8));
        Assert.Equal(fits ? 0 : Wrong, p.Error);
    }

    [Theory]
    [InlineData("cf8000000000000000")]
    [InlineData("cb4014666666666666")] // 5.1
    [InlineData("cb43e0000000000000")] // 2^63
    [InlineData("cbc3e0000000000001")]
    [InlineData("cb7ff0000000000000")]
    [InlineData("cbfff0000000000000")]
    [InlineData("cb7ff8000000000000")]
    [InlineData("ca7f800000")]
    [InlineData("c3")]
    [InlineData("a0")]
    [InlineData("a12d")] // "-"
    [InlineData("a22b35")] // "+5"
    [InlineData("a22035")] // " 5"
    [InlineData("a23520")] // "5 "
    [InlineData("a3352e30")] // "5.0"
    [InlineData("a3356530")] // "5e0"
    [InlineData("a3307835")] // "0x5"
    [InlineData("b339323233333732303336383534373735383038")] // 2^63
    [InlineData("90")]
    [InlineData("80")]
    [InlineData("d40105")]
    public void What_is_no_integer_is_10010(string value)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(0, p.Int64("k"u8));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(77, p.Int64OrDefault("k"u8, 77));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Null(p.Int64OrNull("k"u8));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K("9205" + value), out p));
        Assert.Empty(p.Int64List("k"u8));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(77, p.Int64OrDefault("k"u8, 77, ignoreWrongType: true));
        Assert.Equal(77, p.Int32OrDefault("k"u8, 77, ignoreWrongType: true));
        Assert.Null(p.Int64OrNull("k"u8, ignoreWrongType: true));
        Assert.False(p.Failed);
    }

    [Theory]
    [InlineData("d27fffffff", int.MaxValue, 0)]
    [InlineData("d280000000", int.MinValue, 0)]
    [InlineData("ce80000000", 0, Wrong)]
    [InlineData("d3ffffffff7fffffff", 0, Wrong)]
    public void A_32_bit_integer_has_32_bits(string value, int expected, int error)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(expected, p.Int32("k"u8));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(error == 0 ? expected : 9, p.Int32OrDefault("k"u8, 9));
        Assert.Equal(error, p.Error);
    }

    [Theory]
    [InlineData("c2", false, 0)]
    [InlineData("c3", true, 0)]
    [InlineData("00", false, 0)]
    [InlineData("01", true, 0)]
    [InlineData("d30000000000000001", true, 0)]
    [InlineData("02", false, Wrong)]
    [InlineData("ff", false, Wrong)]
    [InlineData("cb3ff0000000000000", false, Wrong)]
    [InlineData("a131", false, Wrong)]
    [InlineData("a474727565", false, Wrong)]
    [InlineData("90", false, Wrong)]
    public void Bools_are_bools_or_the_integers_0_and_1(string value, bool expected, int error)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(expected, p.Boolean("k"u8));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(error != 0 || expected, p.BooleanOrDefault("k"u8, true));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(error != 0 || expected, p.BooleanOrDefault("k"u8, true, ignoreWrongType: true));
        Assert.False(p.Failed);
    }

    [Theory]
    [InlineData("cb3ff8000000000000", 1.5, 0)]
    [InlineData("ca3fc00000", 1.5, 0)]
    [InlineData("05", 5, 0)]
    [InlineData("d0fb", -5, 0)]
    [InlineData("cfffffffffffffffff", 18446744073709551615.0, 0)]
    [InlineData("a3312e35", 0, Wrong)]
    [InlineData("c3", 0, Wrong)]
    public void Floats_are_floats_or_integers(string value, double expected, int error)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(expected, p.Double("k"u8));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(error == 0 ? expected : 2.5, p.DoubleOrDefault("k"u8, 2.5));
        Assert.Equal(error, p.Error);
    }

    [Theory]
    [InlineData("a3e4b8ad", "中", 0)]
    [InlineData("c403e4b8ad", "中", 0)]
    [InlineData("da0003e4b8ad", "中", 0)]
    [InlineData("a0", "", 0)]
    [InlineData("a2e4b8", null, Wrong)]
    [InlineData("c401ff", null, Wrong)]
    [InlineData("a3eda080", null, Wrong)] // a surrogate
    [InlineData("05", null, Wrong)]
    [InlineData("90", null, Wrong)]
    public void Text_is_STR_or_BIN_that_is_UTF8(string value, string? expected, int error)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(expected ?? "", Encoding.UTF8.GetString(p.Text("k"u8)));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected ?? "", p.String("k"u8));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected, p.StringOrNull("k"u8));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected ?? "", p.StringOrEmpty("k"u8));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected ?? "", Encoding.UTF8.GetString(p.TextOrEmpty("k"u8)));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected, p.StringOrNull("k"u8, ignoreWrongType: true));
        Assert.True(p.TextOrEmpty("k"u8, ignoreWrongType: true).SequenceEqual(Encoding.UTF8.GetBytes(expected ?? "")));
        Assert.Equal(expected ?? "", p.StringOrEmpty("k"u8, ignoreWrongType: true));
        Assert.False(p.Failed);
    }

    [Theory]
    [InlineData("c40300ff41", "00ff41", true, 0)]
    [InlineData("a300ff41", "00ff41", false, 0)]
    [InlineData("a0", "", false, 0)]
    [InlineData("c400", "", true, 0)]
    [InlineData("05", "", false, Wrong)]
    [InlineData("d40105", "", false, Wrong)]
    public void Bytes_are_STR_or_BIN_whatever_is_in_them(string value, string expected, bool binary, int error)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(expected, Hex.Text(p.Bytes("k"u8, out var isBinary)));
        Assert.Equal(binary, isBinary);
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected, Hex.Text(p.Bytes("k"u8)));
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected, Hex.Text(p.BytesOrEmpty("k"u8, out isBinary)));
        Assert.Equal(binary, isBinary);
        Assert.Equal(error, p.Error);
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Equal(expected, Hex.Text(p.BytesOrEmpty("k"u8, ignoreWrongType: true)));
        Assert.False(p.Failed);
    }

    [Fact]
    public void Nil_counts_as_absent()
    {
        Assert.True(FpnnParameters.TryParse(K("c0"), out var p));
        Assert.False(p.Has("k"u8));
        Assert.False(p.TryGetRaw("k"u8, out var raw));
        Assert.True(raw.IsEmpty);
        Assert.Equal(7, p.Int64OrDefault("k"u8, 7));
        Assert.Null(p.StringOrNull("k"u8));
        Assert.Null(p.Int64ListOrNull("k"u8));
        Assert.Null(p.StringMapOrNull("k"u8));
        Assert.True(p.BooleanOrDefault("k"u8, true));
        Assert.Equal(2.5, p.DoubleOrDefault("k"u8, 2.5));
        Assert.True(p.BytesOrEmpty("k"u8).IsEmpty);
        Assert.False(p.Failed);
        p.Int64("k"u8);
        Failed(ref p, Missing, "k");
    }

    [Fact]
    public void A_missing_required_key_is_10009_for_every_type()
    {
        for (var i = 0; i < 10; i++)
        {
            Assert.True(FpnnParameters.TryParse(Hex.Bytes("81a16a05"), out var p));
            switch (i)
            {
                case 0:
                    Assert.Equal(0, p.Int64("k"u8));
                    break;
                case 1:
                    Assert.Equal(0, p.Int32("k"u8));
                    break;
                case 2:
                    Assert.False(p.Boolean("k"u8));
                    break;
                case 3:
                    Assert.Equal(0, p.Double("k"u8));
                    break;
                case 4:
                    Assert.True(p.Text("k"u8).IsEmpty);
                    break;
                case 5:
                    Assert.Equal("", p.String("k"u8));
                    break;
                case 6:
                    Assert.True(p.Bytes("k"u8).IsEmpty);
                    break;
                case 7:
                    Assert.Empty(p.Int64List("k"u8));
                    break;
                case 8:
                    Assert.Empty(p.StringMap("k"u8));
                    break;
                default:
                    Assert.Empty(p.StringList("k"u8));
                    break;
            }

            Failed(ref p, Missing, "k");
        }
    }

    [Fact]
    public void Absent_optional_keys_have_their_fallbacks_and_set_no_error()
    {
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("80"), out var p));
        Assert.Equal(0, p.Int64OrDefault("k"u8));
        Assert.Equal(-1, p.Int64OrDefault("k"u8, -1));
        Assert.Null(p.Int64OrNull("k"u8, "l"u8, "m"u8));
        Assert.Equal(-1, p.Int32OrDefault("k"u8, -1));
        Assert.True(p.BooleanOrDefault("k"u8, true));
        Assert.Equal(1.5, p.DoubleOrDefault("k"u8, 1.5));
        Assert.Null(p.StringOrNull("k"u8));
        Assert.Equal("", p.StringOrEmpty("k"u8));
        Assert.True(p.TextOrEmpty("k"u8).IsEmpty);
        Assert.True(p.BytesOrEmpty("k"u8, out var isBinary).IsEmpty);
        Assert.False(isBinary);
        Assert.Null(p.Int64ListOrNull("k"u8));
        Assert.Null(p.StringListOrNull("k"u8));
        Assert.Null(p.StringMapOrNull("k"u8));
        Assert.False(p.Failed);
        Assert.True(p.ErrorKey.IsEmpty);
    }

    [Fact]
    public void The_first_failure_stays_and_later_lookups_return_their_defaults()
    {
        var map = Pack(new KeyValuePair<string, object?>[] { new("a", 1L), new("b", "x"), new("c", true) });
        Assert.True(FpnnParameters.TryParse(map, out var p));
        Assert.Equal(1, p.Int64("a"u8));
        Assert.False(p.Failed);
        Assert.Equal(0, p.Int64("b"u8));
        Failed(ref p, Wrong, "b");
        Assert.Equal(0, p.Int64("missing"u8));
        Failed(ref p, Wrong, "b");
        Assert.Equal(0, p.Int64("a"u8));
        Assert.Equal(7, p.Int64OrDefault("a"u8, 7));
        Assert.Null(p.StringOrNull("b"u8));
        Assert.False(p.Boolean("c"u8));
        Failed(ref p, Wrong, "b");
        Assert.True(p.Has("a"u8));
        p.Fail(Missing, "z"u8);
        Failed(ref p, Wrong, "b");
    }

    [Fact]
    public void A_handler_can_set_an_error_of_its_own()
    {
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("80"), out var p));
        p.Fail(Wrong, "nested"u8);
        Failed(ref p, Wrong, "nested");
        Assert.Contains("nested", p.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public void The_error_text_names_the_key_and_tells_the_three_errors_apart()
    {
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("82a16b90 0505"), out var p));
        var wrong = p;
        wrong.Int64("k"u8);
        var missing = p;
        missing.Int64("other"u8);
        Assert.Equal("Wrong type of parameter: k", wrong.ErrorText);
        Assert.Equal("A key that is not a string stands before parameter: other", missing.ErrorText);
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("80"), out p));
        p.Int64("other"u8);
        Assert.Equal("Missing parameter: other", p.ErrorText);
    }

    [Theory]
    [InlineData("05")] // integer
    [InlineData("c0")]
    [InlineData("c3")]
    [InlineData("c4016b")] // BIN keys do not match, even with the right bytes
    [InlineData("9105")]
    [InlineData("81a16105")]
    [InlineData("cb3ff8000000000000")]
    [InlineData("d40105")]
    public void A_key_that_is_no_string_matters_only_before_the_wanted_key(string key)
    {
        // before
        Assert.True(FpnnParameters.TryParse(Hex.Bytes($"82 {key} 01 a16b 05"), out var p));
        Assert.Equal(0, p.Int64("k"u8));
        Failed(ref p, OtherKey, "k");
        Assert.True(FpnnParameters.TryParse(Hex.Bytes($"82 {key} 01 a16b 05"), out p));
        Assert.Equal(9, p.Int64OrDefault("k"u8, 9));
        Failed(ref p, OtherKey, "k");
        Assert.True(FpnnParameters.TryParse(Hex.Bytes($"82 {key} 01 a16b 05"), out p));
        Assert.Equal(9, p.Int64OrDefault("k"u8, 9, ignoreWrongType: true));
        Assert.False(p.Has("k"u8));
        Assert.False(p.Failed);

        // after
        Assert.True(FpnnParameters.TryParse(Hex.Bytes($"82 a16b 05 {key} 01"), out p));
        Assert.Equal(5, p.Int64("k"u8));
        Assert.False(p.Failed);

        // while searching for a key that is not there
        Assert.Equal(0, p.Int64("missing"u8));
        Failed(ref p, OtherKey, "missing");
    }

    [Fact]
    public void Of_several_names_the_first_that_is_present_wins()
    {
        var map = Pack(new KeyValuePair<string, object?>[] { new("ouid", null), new("from", 3L), new("fromuid", 2L), new("s", "t") });
        Assert.True(FpnnParameters.TryParse(map, out var p));
        Assert.Equal(2, p.Int64("ouid"u8, "fromuid"u8, "from"u8));
        Assert.Equal(3, p.Int64("from"u8, "fromuid"u8));
        Assert.Equal(3, p.Int64("x"u8, "y"u8, "from"u8));
        Assert.Equal(3, p.Int32("x"u8, "from"u8));
        Assert.Equal(3, p.Int64OrNull("x"u8, "from"u8));
        Assert.Equal("t", p.String("x"u8, "s"u8));
        Assert.Equal("t", p.StringOrNull("x"u8, "y"u8, "s"u8));
        Assert.Equal("t", p.StringOrEmpty("x"u8, "s"u8));
        Assert.True(p.Text("x"u8, "s"u8).SequenceEqual("t"u8));
        Assert.False(p.Failed);

        var missing = p;
        missing.Int64("ouid"u8, "y"u8, "z"u8);
        Failed(ref missing, Missing, "ouid");
        var wrong = p;
        wrong.Int64("x"u8, "s"u8, "from"u8);
        Failed(ref wrong, Wrong, "s");
    }

    [Theory]
    [InlineData("90", new long[0])]
    [InlineData("93 05 a136 cb401c000000000000", new long[] { 5, 6, 7 })]
    [InlineData("dc0001 05", new long[] { 5 })]
    [InlineData("dd00000001 05", new long[] { 5 })]
    [InlineData("80", new long[0])]
    [InlineData("82 05 c3 a136 9201 c0", new long[] { 5, 6 })] // a map: its keys
    public void Lists_are_arrays_or_the_keys_of_a_map(string value, long[] expected)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Equal(expected, p.Int64List("k"u8));
        Assert.Equal(expected, p.Int64ListOrNull("k"u8));
        Assert.Equal(expected, p.Int64List("x"u8, "k"u8));
        Assert.False(p.Failed);
    }

    [Theory]
    [InlineData("05")]
    [InlineData("a135")]
    [InlineData("92 05 c0")]
    [InlineData("92 05 a178")]
    [InlineData("81 c0 05")]
    public void A_list_of_anything_else_is_10010(string value)
    {
        Assert.True(FpnnParameters.TryParse(K(value), out var p));
        Assert.Empty(p.Int64List("k"u8));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Null(p.Int64ListOrNull("k"u8));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K(value), out p));
        Assert.Null(p.Int64ListOrNull("k"u8, ignoreWrongType: true));
        Assert.False(p.Failed);
    }

    [Fact]
    public void Lists_of_text_are_read_likewise()
    {
        Assert.True(FpnnParameters.TryParse(K("93 a161 c4 01 62 a0"), out var p));
        Assert.Equal(["a", "b", ""], p.StringList("k"u8));
        Assert.Equal(["a", "b", ""], p.StringListOrNull("k"u8)!);
        Assert.True(FpnnParameters.TryParse(K("82 a161 05 a162 c0"), out p));
        Assert.Equal(["a", "b"], p.StringList("k"u8));
        Assert.False(p.Failed);
        Assert.True(FpnnParameters.TryParse(K("92 a161 05"), out p));
        Assert.Empty(p.StringList("k"u8));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K("92 a161 a1ff"), out p));
        Assert.Null(p.StringListOrNull("k"u8));
        Failed(ref p, Wrong, "k");
        Assert.True(FpnnParameters.TryParse(K("05"), out p));
        Assert.Null(p.StringListOrNull("k"u8, ignoreWrongType: true));
        Assert.False(p.Failed);
    }

    [Fact]
    public void Maps_of_text_leave_nil_out_and_take_the_last_of_duplicates()
    {
        Assert.True(FpnnParameters.TryParse(K("84 a161 a131 a162 c0 a163 c40133 a161 a134"), out var p));
        Assert.Equal([new("a", "4"), new("c", "3")], p.StringMap("k"u8).OrderBy(e => e.Key, StringComparer.Ordinal));
        Assert.Equal(2, p.StringMapOrNull("k"u8)!.Count);
        Assert.False(p.Failed);
        foreach (var wrong in new[] { "81 05 a131", "81 a161 05", "81 a161 a1ff", "90", "a0" })
        {
            Assert.True(FpnnParameters.TryParse(K(wrong), out p));
            Assert.Empty(p.StringMap("k"u8));
            Failed(ref p, Wrong, "k");
            Assert.True(FpnnParameters.TryParse(K(wrong), out p));
            Assert.Null(p.StringMapOrNull("k"u8, ignoreWrongType: true));
            Assert.False(p.Failed);
        }
    }

    [Fact]
    public void Of_duplicate_keys_the_first_wins()
    {
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("82 a16b 01 a16b 02"), out var p));
        Assert.Equal(1, p.Int64("k"u8));
    }

    [Fact]
    public void Keys_match_whole_and_as_bytes()
    {
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("85 a0 01 a26b6b 02 a14b 03 d9016b 04 a2c3a9 05"), out var p));
        Assert.Equal(4, p.Int64("k"u8)); // a longer header than needed is the same key
        Assert.Equal(2, p.Int64("kk"u8));
        Assert.Equal(3, p.Int64("K"u8));
        Assert.Equal(5, p.Int64("é"u8));
        Assert.False(p.Has("kkk"u8));
        Assert.Equal(5, p.Count);
    }

    [Fact]
    public void The_encoded_value_is_handed_out_as_it_came()
    {
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("82 a161 01 a16b 92 cd0005 81a161c0"), out var p));
        Assert.True(p.TryGetRaw("k"u8, out var encoded));
        Assert.Equal("92cd000581a161c0", Hex.Text(encoded));
        Assert.False(p.TryGetRaw("x"u8, out encoded));
        Assert.True(encoded.IsEmpty);

        Assert.True(FpnnParameters.TryParse(K("81a16105"), out p));
        p.TryGetRaw("k"u8, out encoded);
        Assert.True(FpnnParameters.TryParse(encoded, out var nested));
        Assert.Equal(5, nested.Int64("a"u8));
    }

    [Theory]
    [InlineData("80", true)]
    [InlineData("de0000", true)]
    [InlineData("df00000000", true)]
    [InlineData("90", true)]
    [InlineData("dc0000", true)]
    [InlineData("81a16b05ff", true)] // bytes behind the map are ignored
    [InlineData("80c1", true)]
    [InlineData("", false)]
    [InlineData("91c0", false)]
    [InlineData("01", false)]
    [InlineData("c0", false)]
    [InlineData("c1", false)]
    [InlineData("a3616263", false)]
    [InlineData("81", false)]
    [InlineData("81a16b", false)]
    [InlineData("81a16bc1", false)]
    [InlineData("81c105", false)]
    [InlineData("82a16b05", false)]
    [InlineData("82a16b05a16c", false)]
    [InlineData("81a16bcd00", false)]
    [InlineData("81a56b05", false)]
    [InlineData("81c4056b", false)]
    [InlineData("8105", false)]
    [InlineData("dfffffffff", false)]
    [InlineData("df00001001a16b05", false)]
    public void The_root_is_one_well_formed_map(string payload, bool expected)
    {
        Assert.Equal(expected, FpnnParameters.TryParse(Hex.Bytes(payload), out _));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(15)]
    [InlineData(16)]
    [InlineData(23)]
    [InlineData(24)]
    [InlineData(25)]
    [InlineData(100)]
    [InlineData(4095)]
    [InlineData(4096)]
    public void Any_number_of_entries_up_to_4096_is_found(int count)
    {
        var payload = Pack(Enumerable.Range(0, count).Select(i => KeyValuePair.Create("key" + i, (object?)(long)i)).ToArray());
        Assert.True(FpnnParameters.TryParse(payload, out var p));
        Assert.Equal(count, p.Count);
        for (var i = 0; i < count; i++)
            Assert.Equal(i, p.Int64(Encoding.UTF8.GetBytes("key" + i)));
        Assert.False(p.Failed);
        Assert.False(p.Has(Encoding.UTF8.GetBytes("key" + count)));
    }

    [Fact]
    public void More_than_4096_entries_are_refused()
    {
        var payload = Pack(Enumerable.Range(0, 4097).Select(i => KeyValuePair.Create("key" + i, (object?)(long)i)).ToArray());
        Assert.False(FpnnParameters.TryParse(payload, out _));
    }

    [Fact]
    public void Values_are_nested_up_to_64_with_the_root()
    {
        Assert.True(FpnnParameters.TryParse(K(string.Concat(Enumerable.Repeat("91", 63)) + "05"), out _));
        Assert.False(FpnnParameters.TryParse(K(string.Concat(Enumerable.Repeat("91", 64)) + "05"), out _));
        Assert.True(FpnnParameters.TryParse(Hex.Bytes("81" + string.Concat(Enumerable.Repeat("91", 63)) + "0505"), out _));
        Assert.False(FpnnParameters.TryParse(Hex.Bytes("81" + string.Concat(Enumerable.Repeat("91", 64)) + "0505"), out _));
    }

    [Fact]
    public void JSON_packages_are_asked_like_MessagePack_ones()
    {
        using var scratch = new PooledBufferWriter();
        scratch.Write([1, 2, 3]);
        var bytes = Hex.Written(w => FpnnWriter.WriteQuest(
            w, FpnnMessageType.TwoWayQuest, 1, "m"u8, """{"to":5,"msg":"é\n","list":[1,"2",3.0],"no":null}"""u8, FpnnEncoding.Json));
        FpnnFraming.TryRead(bytes, 1000, out var package, out _, out _);
        Assert.True(FpnnParameters.TryParse(package, scratch, out var p));
        Assert.Equal(5, p.Int64("to"u8));
        Assert.Equal("é\n", p.String("msg"u8));
        Assert.Equal([1, 2, 3], p.Int64List("list"u8));
        Assert.False(p.Has("no"u8));
        Assert.False(p.Failed);

        foreach (var wrong in new[] { "[]", "{", "5", "{}x" })
        {
            bytes = Hex.Written(w => FpnnWriter.WriteQuest(
                w, FpnnMessageType.TwoWayQuest, 1, "m"u8, Encoding.UTF8.GetBytes(wrong), FpnnEncoding.Json));
            FpnnFraming.TryRead(bytes, 1000, out package, out _, out _);
            var before = scratch.WrittenCount;
            Assert.False(FpnnParameters.TryParse(package, scratch, out _));
            Assert.Equal(before, scratch.WrittenCount);
        }
    }

    [Fact]
    public void Parsing_and_looking_up_allocates_nothing()
    {
        var payload = Pack(new KeyValuePair<string, object?>[]
        {
            new("to", 100L), new("mid", 5_000_000_000L), new("mtype", 30L), new("msg", "hello"), new("attrs", ""), new("a", true),
            new("b", 1.5), new("c", null),
        });
        long sum = 0;
        for (var round = 0; round < 3; round++)
        {
            var before = GC.GetAllocatedBytesForCurrentThread();
            for (var i = 0; i < 100; i++)
            {
                sum += FpnnParameters.TryParse(payload, out var p) ? 1 : 0;
                sum += p.Int64("to"u8) + p.Int64("mid"u8) + p.Int32("mtype"u8) + p.Text("msg"u8).Length + p.Text("attrs"u8).Length;
                sum += p.BooleanOrDefault("a"u8) ? 1 : 0;
                sum += p.Bytes("msg"u8, out _).Length;
                sum += p.Failed ? 1 : 0;
            }

            if (round == 2)
                Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.True(sum > 0);
    }

    [Fact]
    public void Every_entry_of_any_map_is_found_with_its_value()
    {
        var maps = MessagePackValueGenerator.Map(MessagePackValueGenerator.Value(2)).ToArbitrary();
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(maps, value =>
        {
            var entries = (KeyValuePair<string, object?>[])value!;
            Assert.True(FpnnParameters.TryParse(Pack(value), out var p));
            foreach (var (key, expected) in entries)
            {
                var utf8 = Encoding.UTF8.GetBytes(key);
                Assert.Equal(expected is not null, p.TryGetRaw(utf8, out var encoded));
                if (expected is not null)
                    Assert.Equal(Hex.Text(Pack(expected)), Hex.Text(encoded));
                switch (expected)
                {
                    case long x:
                        Assert.Equal(x, p.Int64(utf8));
                        break;
                    case bool x:
                        Assert.Equal(x, p.Boolean(utf8));
                        break;
                    case double x:
                        Assert.Equal(x, p.Double(utf8));
                        break;
                    case string x:
                        Assert.Equal(x, p.String(utf8));
                        break;
                    case byte[] x:
                        Assert.Equal(x, p.Bytes(utf8).ToArray());
                        break;
                }
            }

            Assert.False(p.Failed);
        }));
    }

    [Fact]
    public void Any_bytes_are_a_map_exactly_when_they_start_with_a_well_formed_one()
    {
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(20_000), Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes =>
        {
            if (bytes.Length > 0)
                bytes[0] = (byte)(0x80 | (bytes[0] & 0x13)); // small maps and arrays
            var parsed = FpnnParameters.TryParse(bytes, out var p);
            var whole = MessagePackReader.TryGetLength(bytes, out _);
            Assert.Equal(whole && ((bytes[0] & 0xf0) == 0x80 || bytes[0] == 0x90), parsed);
            if (!parsed)
                return;
            _ = p.Int64ListOrNull("a"u8);
            _ = p.StringMapOrNull(""u8);
            _ = p.ErrorText;
        }));
    }

    private static void Failed(ref FpnnParameters p, int error, string key)
    {
        Assert.True(p.Failed);
        Assert.Equal(error, p.Error);
        Assert.Equal(key, Encoding.UTF8.GetString(p.ErrorKey));
        Assert.NotEqual("", p.ErrorText);
    }
}
