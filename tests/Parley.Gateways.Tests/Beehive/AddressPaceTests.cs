using System.Net;
using Parley.Gateways.Beehive.Http;
using Parley.Testing;

namespace Parley.Gateways.Tests.Beehive;

/// <summary>How fast an address may call register and iplist (docs/beehive.md).</summary>
public sealed class AddressPaceTests
{
    private static readonly IPAddress One = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress Two = IPAddress.Parse("192.0.2.2");

    private readonly ManualTimeProvider _time = new();

    [Fact]
    public void An_address_has_its_burst_and_then_its_pace_and_takes_nothing_from_others()
    {
        var pace = new AddressPace(perSecond: 10, burst: 5, _time);
        for (var i = 0; i < 5; i++)
            Assert.True(pace.TryCall(One));
        Assert.False(pace.TryCall(One));
        Assert.True(pace.TryCall(Two));
        _time.Advance(TimeSpan.FromMilliseconds(100));
        Assert.True(pace.TryCall(One));
        Assert.False(pace.TryCall(One));
    }

    [Fact]
    public void Zero_is_no_limit()
    {
        var pace = new AddressPace(perSecond: 0, burst: 1, _time);
        for (var i = 0; i < 100; i++)
            Assert.True(pace.TryCall(One));
        Assert.Equal(0, pace.Count);
    }

    [Theory]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1", true)]
    [InlineData("2001:db8::1", "2001:db8::ffff:1", true)]
    [InlineData("2001:db8::1", "2001:db8:0:1::1", false)]
    [InlineData("0.0.0.0", "::", false)]
    public void Spellings_of_one_address_and_hosts_of_one_64_share_a_bucket(string one, string other, bool shared)
    {
        var pace = new AddressPace(perSecond: 1, burst: 1, _time);
        Assert.True(pace.TryCall(IPAddress.Parse(one)));
        Assert.Equal(!shared, pace.TryCall(IPAddress.Parse(other)));
    }

    [Fact]
    public void Memory_is_bounded_and_who_calls_often_is_remembered()
    {
        var pace = new AddressPace(perSecond: 1, burst: 1, _time, generation: 10);
        Assert.True(pace.TryCall(One));
        for (var i = 0; i < 1000; i++)
        {
            pace.TryCall(new IPAddress(new byte[] { 10, 0, (byte)(i >> 8), (byte)i }));
            Assert.False(pace.TryCall(One));
            Assert.InRange(pace.Count, 1, 20);
        }
    }
}
