using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using Parley.Wire.OpenIm;

namespace Parley.Wire.Tests.OpenIm;

/// <summary>openim §2.2, §2.3 and §9, examples 1 and 2.</summary>
public sealed class OpenImTokenTests
{
    private const long Now = 1_650_000_000;
    private const long Week = 604_800;
    private const string Key = "open_im_server";
    private const string HeaderJson = """{"alg":"HS256","typ":"JWT"}""";

    private const string ManagerToken =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJVSUQiOiJpbV9hZG1pbiIsIlBsYXRmb3JtIjoiIiwiZXhwIjoxNjUwNjA0ODAwLCJuYmYiOjE2NTAwMDAwMDAsImlhd"
        + "CI6MTY1MDAwMDAwMH0.3NBII1h9qNmx7LZGSko7DOa_wQ-VUdX6S37C72oJ7Tk";

    private const string UserToken =
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJVSUQiOiJ1XzEwMDEiLCJQbGF0Zm9ybSI6IkFuZHJvaWQiLCJleHAiOjE2NTA2MDQ4MDAsIm5iZiI6MTY1MDAwMDAwMC"
        + "wiaWF0IjoxNjUwMDAwMDAwfQ.YUqHxOaCt71_taudys_3MKZ6FgGmXz9aXAzDj8aLkvU";

    [Theory]
    [InlineData("im_admin", "", ManagerToken)]
    [InlineData("u_1001", "Android", UserToken)]
    public void The_examples_are_made_and_read(string userId, string platform, string token)
    {
        Assert.Equal(token, OpenImToken.Create(userId, platform, Now, Week, Encoding.UTF8.GetBytes(Key)));
        Assert.Equal(OpenImTokenOutcome.Good, Read(token, Now, out var claims));
        Assert.Equal(new OpenImTokenClaims(userId, platform, Now + Week, Now, Now), claims);
    }

    [Theory]
    [InlineData(-61, OpenImTokenOutcome.NotYet)]
    [InlineData(-60, OpenImTokenOutcome.Good)]
    [InlineData(0, OpenImTokenOutcome.Good)]
    [InlineData(Week - 1, OpenImTokenOutcome.Good)]
    [InlineData(Week, OpenImTokenOutcome.Expired)]
    [InlineData(Week + 1, OpenImTokenOutcome.Expired)]
    public void A_token_is_good_from_a_minute_before_nbf_up_to_exp(long offset, OpenImTokenOutcome expected)
    {
        Assert.Equal(expected, Read(UserToken, Now + offset, out var claims));
        Assert.Equal(expected == OpenImTokenOutcome.Good, claims != default);
    }

    [Fact]
    public void Outcomes_are_the_codes_of_the_protocol()
    {
        Assert.Equal(701, (int)OpenImTokenOutcome.Expired);
        Assert.Equal(703, (int)OpenImTokenOutcome.Malformed);
        Assert.Equal(704, (int)OpenImTokenOutcome.NotYet);
        Assert.Equal(705, (int)OpenImTokenOutcome.BadSignature);
    }

    [Theory]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("..")]
    [InlineData("a.b.c")]
    [InlineData("e30.e30")]
    [InlineData("e30.e30.e30.e30")]
    [InlineData("e30=.e30.e30")]
    [InlineData("e3 0.e30.e30")]
    [InlineData("e30.e+0.e30")]
    [InlineData("e30.e30.e/0")]
    [InlineData("e30.e30.é")]
    [InlineData("bnVsbA.e30.e30")]
    [InlineData("e30.W10.e30")]
    [InlineData("e30.e30.abcde")]
    public void What_is_no_token_is_malformed(string token) => Assert.Equal(OpenImTokenOutcome.Malformed, Read(token, Now, out _));

    [Fact]
    public void Every_cut_of_a_token_is_malformed_or_badly_signed()
    {
        var signature = UserToken.LastIndexOf('.') + 1;
        for (var length = 0; length < UserToken.Length; length++)
        {
            var isMalformed = length < signature || (length - signature) % 4 == 1;
            Assert.Equal(
                isMalformed ? OpenImTokenOutcome.Malformed : OpenImTokenOutcome.BadSignature, Read(UserToken[..length], Now, out _));
        }
    }

    [Fact]
    public void A_change_of_any_character_is_seen()
    {
        for (var at = 0; at < UserToken.Length; at++)
        {
            foreach (var other in "AQgw5_-.")
            {
                if (UserToken[at] == other)
                    continue;
                var changed = UserToken.Remove(at, 1).Insert(at, other.ToString());
                Assert.NotEqual(OpenImTokenOutcome.Good, Read(changed, Now, out var claims));
                Assert.Equal(default, claims);
            }
        }
    }

    [Theory]
    [InlineData("open_im_serveR")]
    [InlineData("")]
    public void Another_key_is_a_bad_signature(string key) =>
        Assert.Equal(OpenImTokenOutcome.BadSignature, OpenImToken.Read(UserToken, Encoding.UTF8.GetBytes(key), Now, out _));

    [Theory]
    [InlineData("""{"alg":"none","typ":"JWT"}""")]
    [InlineData("""{"alg":"hs256"}""")]
    [InlineData("""{"alg":"HS384"}""")]
    [InlineData("""{"alg":["HS256"]}""")]
    [InlineData("""{"alg":"HS256","alg":"RS256"}""")]
    [InlineData("""{"typ":"JWT"}""")]
    [InlineData("{}")]
    public void Only_HS256_is_taken(string header) => Assert.Equal(
        OpenImTokenOutcome.BadSignature, Read(Signed(header, """{"UID":"u","Platform":"IOS","exp":1650000001}"""), Now, out _));

    [Fact]
    public void The_unsigned_token_is_refused() => Assert.Equal(
        OpenImTokenOutcome.BadSignature,
        Read(Part("""{"alg":"none"}""") + "." + Part("""{"UID":"u","Platform":"IOS","exp":1650000001}""") + ".", Now, out _));

    [Theory]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":1650000001}""", OpenImTokenOutcome.Good)]
    [InlineData("""{ "exp" : 1.650000001e9, "more" : {"UID":[1]}, "Platform":"IOS", "UID":"\u0075" }""", OpenImTokenOutcome.Good)]
    [InlineData("""{"UID":"x","Platform":"IOS","exp":1650000001,"UID":"u"}""", OpenImTokenOutcome.Good)]
    [InlineData("""{"Platform":"IOS","exp":1650000001}""", OpenImTokenOutcome.BadSignature)]
    [InlineData("""{"UID":"u","exp":1650000001}""", OpenImTokenOutcome.BadSignature)]
    [InlineData("""{"UID":"u","Platform":"IOS"}""", OpenImTokenOutcome.BadSignature)]
    [InlineData("""{"UID":1,"Platform":"IOS","exp":1650000001}""", OpenImTokenOutcome.Malformed)]
    [InlineData("""{"UID":"u","Platform":null,"exp":1650000001}""", OpenImTokenOutcome.Malformed)]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":"1650000001"}""", OpenImTokenOutcome.Malformed)]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":1e300}""", OpenImTokenOutcome.Malformed)]
    [InlineData("""{"UID":"\ud800","Platform":"IOS","exp":1650000001}""", OpenImTokenOutcome.Malformed)]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":1650000001}{}""", OpenImTokenOutcome.Malformed)]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":1650000001""", OpenImTokenOutcome.Malformed)]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":-9223372036854775808,"nbf":9223372036854775807}""", OpenImTokenOutcome.Expired)]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":9223372036854775807,"nbf":9223372036854775807}""", OpenImTokenOutcome.NotYet)]
    [InlineData("""{"UID":"u","Platform":"IOS","exp":9223372036854775807,"nbf":-9223372036854775808}""", OpenImTokenOutcome.Good)]
    public void Claims_of_other_issuers_with_the_key(string payload, OpenImTokenOutcome expected)
    {
        Assert.Equal(expected, Read(Signed(HeaderJson, payload), Now, out var claims));
        Assert.Equal(expected == OpenImTokenOutcome.Good ? ("u", "IOS") : (null, null), (claims.UserId, claims.Platform));
    }

    [Fact]
    public void Time_is_looked_at_before_the_signature() => Assert.Equal(
        OpenImTokenOutcome.Expired, OpenImToken.Read(UserToken, "other"u8, Now + Week, out _));

    [Fact]
    public void Bytes_that_are_no_utf8_are_malformed()
    {
        var payload = Base64Url.EncodeToString([.. "{\"UID\":\""u8, 0xff, .. "\"}"u8]);
        Assert.Equal(OpenImTokenOutcome.Malformed, Read($"{Part(HeaderJson)}.{payload}.AAAA", Now, out _));
    }

    [Theory]
    [InlineData("a\"b\\c")]
    [InlineData("你好<&>")]
    [InlineData("\u0001\u001f")]
    public void Any_user_is_written_and_read(string userId)
    {
        var token = OpenImToken.Create(userId, "MiniWeb", Now, 1, "k"u8);
        Assert.Equal(OpenImTokenOutcome.Good, OpenImToken.Read(token, "k"u8, Now, out var claims));
        Assert.Equal(userId, claims.UserId);
    }

    [Fact]
    public void The_longest_user_fits_and_longer_texts_are_not_looked_at()
    {
        var token = OpenImToken.Create(new string('\u0001', 64), "Windows", Now, Week, "k"u8);
        Assert.InRange(token.Length, 1, OpenImToken.MaxLength / 2);
        var longest = Signed(HeaderJson, """{"UID":"u","Platform":"IOS","exp":1650000001,"more":"PAD"}""", OpenImToken.MaxLength);
        Assert.Equal(OpenImToken.MaxLength, longest.Length);
        Assert.Equal(OpenImTokenOutcome.Good, Read(longest, Now, out _));
        Assert.Equal(OpenImTokenOutcome.Malformed, Read(longest + "A", Now, out _));
    }

    [Fact]
    public void An_empty_key_makes_no_token() =>
        Assert.Throws<ArgumentException>(() => OpenImToken.Create("u", "IOS", Now, Week, default));

    [Fact]
    public void Garbage_is_survived()
    {
        var random = new Random(3);
        for (var round = 0; round < 20_000; round++)
        {
            var chars = UserToken.ToCharArray();
            for (var i = random.Next(1, 6); i > 0; i--)
                chars[random.Next(chars.Length)] = (char)random.Next(random.Next(2) == 0 ? 128 : 65_536);
            var outcome = OpenImToken.Read(chars, Encoding.UTF8.GetBytes(Key), Now, out _);
            Assert.Equal(UserToken == new string(chars), outcome == OpenImTokenOutcome.Good);
        }
    }

    private static OpenImTokenOutcome Read(string token, long now, out OpenImTokenClaims claims) =>
        OpenImToken.Read(token, Encoding.UTF8.GetBytes(Key), now, out claims);

    private static string Part(string json) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(json));

    // With a length, PAD is replaced by so many letters that the token has it.
    private static string Signed(string header, string payload, int length = 0)
    {
        for (var pad = 0; ; pad++)
        {
            var signed = $"{Part(header)}.{Part(payload.Replace("PAD", new string('x', pad), StringComparison.Ordinal))}";
            var hash = HMACSHA256.HashData(Encoding.UTF8.GetBytes(Key), Encoding.ASCII.GetBytes(signed));
            var token = $"{signed}.{Base64Url.EncodeToString(hash)}";
            if (token.Length >= length)
                return token;
        }
    }
}
