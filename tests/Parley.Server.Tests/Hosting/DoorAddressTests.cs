using Parley.Server.Hosting;

namespace Parley.Server.Tests.Hosting;

public sealed class DoorAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:80", "127.0.0.1:80", true)]
    [InlineData("0.0.0.0:0", "0.0.0.0:0", false)]
    [InlineData("[::1]:8080", "[::1]:8080", true)]
    [InlineData("[::]:65535", "[::]:65535", false)]
    [InlineData("localhost:8080", "localhost:8080", true)]
    [InlineData("LocalHost:0", "localhost:0", true)]
    public void Good_addresses_are_read(string text, string shown, bool loopback)
    {
        Assert.True(DoorAddress.TryParse(text, out var address));
        Assert.Equal(shown, address.ToString());
        Assert.Equal(loopback, address.IsLoopback);
    }

    [Theory]
    [InlineData("")]
    [InlineData(":80")]
    [InlineData("80")]
    [InlineData("1:80")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("127.0.0.1:+1")]
    [InlineData("::1:80")]
    [InlineData("[127.0.0.1]:80")]
    [InlineData("[]:80")]
    [InlineData("[:80")]
    [InlineData("]:80")]
    [InlineData("example.org:80")]
    [InlineData("127.0.0.1:80 ")]
    public void Others_are_refused(string text) => Assert.False(DoorAddress.TryParse(text, out _));
}
