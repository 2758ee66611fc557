using System.Text;
using Parley.Wire.Fpnn;

namespace Parley.Wire.Tests.Fpnn;

public sealed class FpnnParametersTypeTests
{
    private const int Wrong = 10010;

    // One entry "k" with this value.
    private static byte[] K(string value) => Hex.Bytes("81a16b" + value);

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

    private static void Failed(ref FpnnParameters p, int error, string key)
    {
        Assert.True(p.Failed);
        Assert.Equal(error, p.Error);
        Assert.Equal(key, Encoding.UTF8.GetString(p.ErrorKey));
        Assert.NotEqual("", p.ErrorText);
    }
}
