using System.Text;
using Parley.Wire.Fpnn;
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

    [Fact]
    public void Nil_counts_as_absent()
    {
        Assert.True(FpnnParameters.TryParse(K("c0"), out var p));
        Assert.False(p.Has("k"u8));
        Assert.True(p.HasKey("k"u8)); // there all the same
        Assert.False(p.HasKey("kk"u8));
        Assert.False(p.HasKey(""u8));
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

    private static void Failed(ref FpnnParameters p, int error, string key)
    {
        Assert.True(p.Failed);
        Assert.Equal(error, p.Error);
        Assert.Equal(key, Encoding.UTF8.GetString(p.ErrorKey));
        Assert.NotEqual("", p.ErrorText);
    }
}
