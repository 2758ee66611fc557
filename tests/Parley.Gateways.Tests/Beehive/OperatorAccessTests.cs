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
    public void Without_an_address_nobody_is_an_operator() => Assert.False(new OperatorAccess(Settings).IsKnown(null));

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
        new OperatorAccess(Settings with { OperatorSecret = "" }).IsOperator(Context("203.0.113.1", ("X-Parley-Operator", secret))));

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
    public void Pages_of_others_on_an_operators_machine_are_no_operators(string header, string value, bool isOperator) =>
        Assert.Equal(isOperator, IsOperator("192.0.2.1", (header, value)));

    [Theory]
    [InlineData("192.0.2.0/33")]
    [InlineData("010.0.0.0/8")] // octal to some readers
    [InlineData("10.0.0.00/8")]
    [InlineData("10.0/16")]
    [InlineData("10.0.0.1/8")]
    [InlineData("10.0.0.0")]
    public void A_networks_list_that_cannot_be_read_is_an_error(string network) =>
        Assert.Throws<FormatException>(() => new OperatorAccess(Settings with { OperatorNetworks = [network] }));

    private static bool IsOperator(string address, params (string Name, string Value)[] headers) =>
        new OperatorAccess(Settings).IsOperator(Context(address, headers));

    private static DefaultHttpContext Context(string address, params (string Name, string Value)[] headers)
    {
        var context = new DefaultHttpContext();
        context.Connection.RemoteIpAddress = IPAddress.Parse(address);
        foreach (var (name, value) in headers)
            context.Request.Headers[name] = value;
        return context;
    }
}
