using System.Net;
using Microsoft.AspNetCore.Http;
using Parley.Gateways.Beehive;
using Parley.Gateways.Beehive.Http;

namespace Parley.Gateways.Tests.Beehive;

/// <summary>Who may push, configure and query (beehive.md §2).</summary>
public sealed class OperatorAccessTests
{
    private static readonly BeehiveSettings Settings = new()
    {
        OperatorNetworks = ["192.0.2.0/25", "2001:db8::/32"],
        OperatorSecret = "s3cret",
        AllowOrigin = "https://console.example",
    };

    [Theory]
    [InlineData("192.0.2.0", true)]
    [InlineData("192.0.2.127", true)]
    [InlineData("192.0.2.128", false)]
    [InlineData("::ffff:192.0.2.127", true)]
    [InlineData("::ffff:192.0.2.128", false)]
    [InlineData("2001:db8:ffff::1", true)]
    [InlineData("2001:db9::1", false)]
    [InlineData("127.0.0.1", false)]
    public void The_connections_address_decides(string address, bool isOperator) => Assert.Equal(isOperator, IsOperator(address));

    [Fact]
    public void Without_an_address_nobody_is_an_operator() => Assert.False(Access(Settings).IsKnown(null));

    [Theory]
    [InlineData("s3cret", true)]
    [InlineData("s3cre", false)]
    [InlineData("s3cret2", false)]
    [InlineData("S3cret", false)]
    [InlineData("", false)]
    public void The_secret_header_opens_from_anywhere(string secret, bool isOperator) =>
        Assert.Equal(isOperator, IsOperator("203.0.113.1", ("X-Parley-Operator", secret)));

    [Theory]
    [InlineData("")]
    [InlineData("anything")]
    public void Without_a_configured_secret_the_header_opens_nothing(string secret) => Assert.False(
        Access(Settings with { OperatorSecret = "" }).Check(Context("203.0.113.1", ("X-Parley-Operator", secret))).IsOk);

    [Fact]
    public void What_the_caller_writes_about_its_address_does_not_count() => Assert.False(
        IsOperator("203.0.113.1", ("X-Forwarded-For", "192.0.2.1"), ("X-Real-IP", "192.0.2.1"), ("Forwarded", "for=192.0.2.1")));

    [Theory]
    [InlineData("Origin", "https://evil.example", false)]
    [InlineData("Origin", "https://console.example", true)]
    [InlineData("Sec-Fetch-Site", "cross-site", false)]
    [InlineData("Sec-Fetch-Site", "same-site", false)]
    [InlineData("Sec-Fetch-Site", "same-origin", true)]
    [InlineData("Sec-Fetch-Site", "none", true)]
    [InlineData("Origin", "null", false)]
    [InlineData("Origin", "http://192.0.2.9:8000", false)] // we have no pages
    [InlineData("Referer", "https://evil.example/page", false)]
    [InlineData("Referer", "https://192.0.2.9:8000.evil.example/", false)]
    [InlineData("Referer", "garbage", false)]
    [InlineData("Referer", "http://192.0.2.9:8000/im/query", true)]
    [InlineData("User-Agent", "curl/8.5.0", true)]
    [InlineData("User-Agent", "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0", false)]
    [InlineData("Accept-Language", "en-US,en;q=0.5", false)]
    [InlineData("Accept-Language", "*", true)] // a back end in JavaScript
    [InlineData("Host", "evil.example", false)]
    [InlineData("Host", "evil.example:8000", false)]
    [InlineData("Host", "192.0.2.9.evil.example", false)]
    [InlineData("Host", "evil.", false)]
    [InlineData("Host", "im.example.evil.example", false)]
    [InlineData("Host", "im.example", true)]
    [InlineData("Host", "IM.example:8000", true)]
    [InlineData("Host", "192.0.2.9", true)]
    [InlineData("Host", "[2001:db8::1]:8000", true)]
    [InlineData("Host", "[::ffff:192.0.2.9]", true)]
    [InlineData("Host", "localhost:8000", true)]
    [InlineData("Host", "parley", true)] // nobody outside gives names without dots away
    [InlineData("Host", "", true)]
    public void Pages_of_others_on_an_operators_machine_are_no_operators(string header, string value, bool isOperator) =>
        Assert.Equal(isOperator, IsOperator("192.0.2.1", (header, value)));

    [Theory]
    [InlineData("192.0.2.0/33")]
    [InlineData("010.0.0.0/8")] // octal to some readers
    [InlineData("10.0.0.00/8")]
    [InlineData("10.0/16")]
    [InlineData("10.0.0.0")]
    public void A_networks_list_that_cannot_be_read_is_an_error(string network) =>
        Assert.Throws<FormatException>(() => Access(Settings with { OperatorNetworks = [network] }));

    [Fact]
    public void A_browser_that_says_who_asked_may_call_for_nobody_but_its_user()
    {
        (string, string) agent = ("User-Agent", "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36");
        Assert.True(IsOperator("192.0.2.1", agent, ("Sec-Fetch-Site", "none")));
        Assert.False(IsOperator("192.0.2.1", agent, ("Sec-Fetch-Site", "cross-site")));
        Assert.False(IsOperator("192.0.2.1", agent, ("Sec-Fetch-Site", "none"), ("Origin", "https://evil.example")));
        Assert.False(IsOperator("192.0.2.1", agent, ("Sec-Fetch-Site", "none"), ("Referer", "https://evil.example/")));
        Assert.False(IsOperator("192.0.2.1", agent, ("Sec-Fetch-Site", "same-origin"), ("Host", "evil.example:8000")));
        Assert.True(IsOperator("192.0.2.1", agent, ("Sec-Fetch-Site", "cross-site"), ("Origin", "https://console.example")));
    }

    [Fact]
    public void The_secret_opens_to_whatever_calls_by_whatever_name() => Assert.True(IsOperator(
        "203.0.113.1", ("X-Parley-Operator", "s3cret"), ("Host", "evil.example"), ("Origin", "https://evil.example"), ("User-Agent", "Mozilla/5.0")));

    [Theory]
    [InlineData("null")]
    [InlineData("*")]
    public void An_origin_that_many_pages_have_makes_no_operator(string origin) => Assert.False(
        Access(Settings with { AllowOrigin = origin }).Check(Context("192.0.2.1", ("Origin", origin))).IsOk);

    private static bool IsOperator(string address, params (string Name, string Value)[] headers) =>
        Access(Settings).Check(Context(address, headers)).IsOk;

    private static OperatorAccess Access(BeehiveSettings settings) =>
        new(settings, static name => name.Equals("im.example", StringComparison.OrdinalIgnoreCase));

    private static DefaultHttpContext Context(string address, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        context.Request.Host = new("192.0.2.9:8000");
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        return context;
    }
}
