using Parley.Wire.Beehive;

namespace Parley.Wire.Tests.Beehive;

/// <summary>beehive §5: tokens.</summary>
public sealed class BeehiveTokenTests
{
    private const long Now = 1_500_000_000;
    private const string Secret = "demo-key";
    private const string Vector =
        "WSRSO1ZkBWpXNgMzBjQHNgRiV2FaaAd0VncHP1doVmYKN1dlCm0FYQxpBDwEMgMyVjAMMV8kUjxVZFU7DToFNFlhUmNWOgU1V2kDZw==";

    private static readonly byte[] Old = [.. Enumerable.Range(1, 32).Select(i => (byte)i)];
    private static readonly byte[] New = [.. Enumerable.Range(101, 32).Select(i => (byte)i)];

    private readonly BeehiveToken _tokens = new([New, Old]);

    [Theory]
    [InlineData(Now, BeehiveTokenOutcome.Good)]
    [InlineData(Now - 1, BeehiveTokenOutcome.Expired)]
    [InlineData(Now + 1, BeehiveTokenOutcome.Good)]
    public void A_token_is_good_up_to_its_last_second(long expiry, BeehiveTokenOutcome expected) =>
        Assert.Equal(expected, _tokens.Check(_tokens.Create(100001, 2001, expiry), 100001, 2001, Now));

    [Theory]
    [InlineData(100002ul, 2001ul)]
    [InlineData(100001ul, 2002ul)]
    [InlineData(2001ul, 100001ul)]
    public void A_token_is_for_one_user_and_session(ulong user, ulong session)
    {
        Assert.Equal(BeehiveTokenOutcome.Foreign, _tokens.Check(_tokens.Create(100001, 2001, Now), user, session, Now));
        Assert.Equal(BeehiveTokenOutcome.Expired, _tokens.Check(_tokens.Create(100001, 2001, Now - 1), user, session, Now));
    }

    [Fact]
    public void The_first_key_makes_and_all_are_tried()
    {
        var before = new BeehiveToken([Old]);
        var after = new BeehiveToken([New]);
        Assert.Equal(BeehiveTokenOutcome.Good, _tokens.Check(before.Create(1, 2, Now), 1, 2, Now));
        Assert.Equal(BeehiveTokenOutcome.Good, after.Check(_tokens.Create(1, 2, Now), 1, 2, Now));
        Assert.Equal(BeehiveTokenOutcome.Undecodable, before.Check(_tokens.Create(1, 2, Now), 1, 2, Now));
        Assert.Equal(BeehiveTokenOutcome.Undecodable, after.Check(before.Create(1, 2, Now), 1, 2, Now));
    }

    [Fact]
    public void The_greatest_ids_fit_into_the_buffer_of_the_client()
    {
        var token = _tokens.Create(ulong.MaxValue, ulong.MaxValue, BeehiveToken.MaxExpiry);
        Assert.Equal(BeehiveToken.MaxLength, token.Length);
        Assert.True(token.Length <= 127);
        Assert.Equal(BeehiveTokenOutcome.Good, _tokens.Check(token, ulong.MaxValue, ulong.MaxValue, Now));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokens.Create(1, 1, BeehiveToken.MaxExpiry + 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => _tokens.Create(1, 1, -1));
    }

    [Fact]
    public void No_two_tokens_are_alike_and_none_shows_its_text()
    {
        var token = _tokens.Create(100001, 2001, Now);
        Assert.NotEqual(token, _tokens.Create(100001, 2001, Now));
        Assert.Equal(-1, Convert.FromBase64String(token).AsSpan().IndexOf("uid"u8));
    }

    [Fact]
    public void A_change_of_any_bit_is_seen()
    {
        var bytes = Convert.FromBase64String(_tokens.Create(100001, 2001, Now));
        for (var bit = 0; bit < 8 * bytes.Length; bit++)
        {
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.Equal(BeehiveTokenOutcome.Undecodable, _tokens.Check(Convert.ToBase64String(bytes), 100001, 2001, Now));
            bytes[bit / 8] ^= (byte)(1 << (bit % 8));
        }
        Assert.Equal(BeehiveTokenOutcome.Good, _tokens.Check(Convert.ToBase64String(bytes), 100001, 2001, Now));
    }

    [Fact]
    public void Garbage_of_any_length_is_undecodable()
    {
        var open = new BeehiveToken([New], Secret);
        for (var length = 0; length < 400; length++)
        {
            Assert.Equal(BeehiveTokenOutcome.Undecodable, open.Check(new string('A', length), 1, 2, Now));
            Assert.Equal(BeehiveTokenOutcome.Undecodable, open.Check(new string('é', length), 1, 2, Now));
        }
        Assert.Equal(BeehiveTokenOutcome.Undecodable, open.Check("uid:1:ttl:9999999999:sid:2:end", 1, 2, Now));
    }

    [Fact]
    public void The_reference_vector_is_read_and_accepted_only_when_wanted()
    {
        Assert.True(BeehiveReferenceToken.TryDecode(Vector, Secret, out var text));
        Assert.Equal("uid:100001:ttl:1521158400:sid:2001:end", text.ToString());
        Assert.Equal(BeehiveTokenOutcome.Undecodable, _tokens.Check(Vector, 100001, 2001, Now));
        var open = new BeehiveToken([New], Secret);
        Assert.Equal(BeehiveTokenOutcome.Good, open.Check(Vector, 100001, 2001, 1521158400));
        Assert.Equal(BeehiveTokenOutcome.Expired, open.Check(Vector, 100001, 2001, 1521158401));
        Assert.Equal(BeehiveTokenOutcome.Foreign, open.Check(Vector, 100001, 2002, Now));
        Assert.Equal(BeehiveTokenOutcome.Good, open.Check(open.Create(1, 2, Now), 1, 2, Now));
        Assert.Equal(BeehiveTokenOutcome.Undecodable, new BeehiveToken([New], "other-key").Check(Vector, 100001, 2001, Now));
    }

    [Fact]
    public void The_reference_encoding_is_read_back()
    {
        var longest = new BeehiveTokenText(ulong.MaxValue, BeehiveToken.MaxExpiry, ulong.MaxValue);
        var token = BeehiveReferenceToken.Encode(longest, Secret, "0123456789abcdef0123456789abcdef"u8);
        Assert.Equal(184, token.Length);
        Assert.True(BeehiveReferenceToken.TryDecode(token, Secret, out var text));
        Assert.Equal(longest, text);
        Assert.Equal(BeehiveTokenOutcome.Good, new BeehiveToken([New], Secret).Check(token, ulong.MaxValue, ulong.MaxValue, Now));
    }

    [Theory]
    [InlineData("uid:1:ttl:2:sid:3:end", true)]
    [InlineData("uid:1:ttl:2:sid:3:end:", false)]
    [InlineData("uid:1:ttl:2:sid:3", false)]
    [InlineData("uid:1:ttl:2:sid:3:", false)]
    [InlineData("uid:-1:ttl:2:sid:3:end", false)]
    [InlineData("uid: 1:ttl:2:sid:3:end", false)]
    [InlineData("uid::ttl:2:sid:3:end", false)]
    [InlineData("uid:18446744073709551615:ttl:2:sid:3:end", true)]
    [InlineData("uid:18446744073709551616:ttl:2:sid:3:end", false)]
    [InlineData("sid:1:ttl:2:uid:3:end", false)]
    [InlineData("", false)]
    public void The_plain_text_has_seven_parts(string text, bool expected)
    {
        Assert.Equal(expected, BeehiveTokenText.TryParse(text, out var token));
        if (expected)
            Assert.Equal(text, token.ToString());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(16)]
    [InlineData(31)]
    [InlineData(33)]
    public void Keys_have_32_bytes(int length)
    {
        Assert.Throws<ArgumentException>(() => new BeehiveToken([New, new byte[length]]));
        Assert.Throws<ArgumentException>(() => new BeehiveToken([]));
    }
}
