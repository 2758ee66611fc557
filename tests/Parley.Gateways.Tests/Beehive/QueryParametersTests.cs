using Parley.Gateways.Beehive.Http;

namespace Parley.Gateways.Tests.Beehive;

/// <summary>How numbers and texts are read (beehive.md §2).</summary>
public sealed class QueryParametersTests
{
    [Theory]
    [InlineData("?uid=1", 1)]
    [InlineData("?uid=007", 7)]
    [InlineData("?uid=9223372036854775807", long.MaxValue)]
    [InlineData("?uid=%31%32", 12)]
    [InlineData("?uid=5&uid=6", 5)]
    public void An_id_is_a_decimal_from_1_to_the_largest_signed_number(string query, long id)
    {
        Assert.True(new QueryParameters(query).TryId("uid", out var read));
        Assert.Equal(id, read);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("?")]
    [InlineData("?uid")]
    [InlineData("?uid=")]
    [InlineData("?uid=0")]
    [InlineData("?uid=-1")]
    [InlineData("?uid=%2B1")]
    [InlineData("?uid=+1")]
    [InlineData("?uid=1.0")]
    [InlineData("?uid=1e3")]
    [InlineData("?uid=0x10")]
    [InlineData("?uid=1a")]
    [InlineData("?uid=%D9%A1")]
    [InlineData("?uid=9223372036854775808")]
    [InlineData("?uid=99999999999999999999999999")]
    [InlineData("?UID=1")]
    [InlineData("?uid=x&uid=1")]
    public void Everything_else_is_refused(string? query) => Assert.False(new QueryParameters(query).TryId("uid", out _));

    [Theory]
    [InlineData("", true, 0)]
    [InlineData("?n=0", true, 0)]
    [InlineData("?n=9", true, 9)]
    [InlineData("?n=10", true, 10)]
    [InlineData("?n=11", false, 0)]
    [InlineData("?n=", false, 0)]
    [InlineData("?n=abc", false, 0)]
    [InlineData("?n=-1", false, 0)]
    public void An_optional_number_may_be_missing_but_not_be_garbage(string query, bool isGood, long number)
    {
        Assert.Equal(isGood, new QueryParameters(query).TryOptional("n", 10, out var read));
        Assert.Equal(number, read);
    }

    [Theory]
    [InlineData("", 0)]
    [InlineData("?n=7", 7)]
    [InlineData("?n=2147483647", int.MaxValue)]
    [InlineData("?n=2147483648", 0)]
    [InlineData("?n=-7", 0)]
    [InlineData("?n=x", 0)]
    public void Some_numbers_are_zero_when_they_are_no_good(string query, int number) =>
        Assert.Equal(number, new QueryParameters(query).Lenient("n"));

    [Fact]
    public void Texts_are_decoded_as_UTF_8()
    {
        var query = new QueryParameters("?appid=%E4%B8%AD+a%2Bb&b=x%zz&%61=1");
        Assert.Equal("中 a+b", query.Text("appid"));
        Assert.Equal("x%zz", query.Text("b"));
        Assert.Equal("1", query.Text("a"));
        Assert.Equal("", query.Text("missing"));
    }
}
