using Parley.Rtm.Transport;

namespace Parley.Rtm.Sdk.Tests.Transport;

public sealed class FpnnAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:13321", "127.0.0.1", 13321)]
    [InlineData("gate.example:1", "gate.example", 1)]
    [InlineData("::1:65535", "::1", 65535)]
    [InlineData("[2001:db8::7]:80", "2001:db8::7", 80)]
    public void An_address_is_split_at_the_last_colon(string text, string host, int port) =>
        Assert.Equal(new FpnnAddress(host, port), FpnnAddress.Parse(text));

    [Theory]
    [InlineData("")]
    [InlineData("host")]
    [InlineData(":80")]
    [InlineData("host:")]
    [InlineData("host:0")]
    [InlineData("host:65536")]
    [InlineData("host:-1")]
    [InlineData("host:+1")]
    [InlineData("host: 1")]
    [InlineData("[]:1")]
    public void What_is_no_address_is_refused(string text)
    {
        Assert.False(FpnnAddress.TryParse(text, out _));
        Assert.Throws<FormatException>(() => FpnnAddress.Parse(text));
    }

    [Fact]
    public void An_address_prints_as_it_can_be_read()
    {
        Assert.Equal("[::1]:5", new FpnnAddress("::1", 5).ToString());
        Assert.Equal("host:5", new FpnnAddress("host", 5).ToString());
    }
}
