using System.Runtime.InteropServices;
using System.Text;
using Parley.Gateways.Rtm.ServerGate;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>The sign of quests (rtm-server.md §1.3), without a server.</summary>
public sealed class SignTests
{
    private const long Pid = 11_000_001;
    private const string Secret = "8f1d2c3b-4a5e-4f60-9a7b-0c1d2e3f4a5b";

    [Fact]
    public void The_worked_values_of_the_document_come_out()
    {
        Assert.Equal("C958B68A441F54E79CDAE401CB83DD83", SignOf(Secret, 1_556_446_799_123_456_789, "sendmsg", time: null));
        Assert.Equal("0719BB4795B0780D716CA55437B97B7E", SignOf(Secret, 1_571_392_800_123_456, "sendmsg", 1_571_392_800));
        Assert.Equal(BackEnd.Sign(Pid, Secret, 1_556_446_799_123_456_789, "", ts: null), SignOf(Secret, 1_556_446_799_123_456_789, "x", time: null));
    }

    [Theory]
    [InlineData("", 0L, 0L)]
    [InlineData("ä中𝄞", -1L, -5L)]
    [InlineData("s", long.MinValue, long.MinValue)]
    [InlineData("s", long.MaxValue, long.MaxValue)]
    public void Numbers_are_signed_decimals_and_text_is_utf8(string secret, long salt, long ts)
    {
        Assert.Equal(BackEnd.Sign(Pid, secret, salt, "getp2pmsg", ts), SignOf(secret, salt, "getp2pmsg", ts));
        Assert.Equal(BackEnd.Sign(Pid, secret, salt, "getp2pmsg", ts: null), SignOf(secret, salt, "getp2pmsg", time: null));
    }

    [Fact]
    public void A_secret_of_any_length_is_hashed_whole()
    {
        foreach (var length in new[] { 255, 256, 300, 1000, 5000 })
        {
            var secret = new string('ß', length);
            Assert.Equal(BackEnd.Sign(Pid, secret, 1, "sendmsg", 2), SignOf(secret, 1, "sendmsg", 2));
        }
    }

    [Fact]
    public void Signs_are_compared_without_case_and_as_a_whole()
    {
        var sign = Convert.FromHexString("C958B68A441F54E79CDAE401CB83DD83");
        foreach (var same in new[] { "C958B68A441F54E79CDAE401CB83DD83", "c958b68a441f54e79cdae401cb83dd83", "c958B68A441F54E79CDAE401CB83dd83" })
            Assert.True(ServerSign.IsSame(Encoding.UTF8.GetBytes(same), sign));
        string[] others =
        [
            "", "C958B68A441F54E79CDAE401CB83DD84", "D958B68A441F54E79CDAE401CB83DD83", "C958B68A441F54E79CDAE401CB83DD8", "C958B68A441F54E79CDAE401CB83DD8300",
            "G958B68A441F54E79CDAE401CB83DD83", " 958B68A441F54E79CDAE401CB83DD83", "C958B68A441F54E79CDAE401CB83DDß",
        ];
        foreach (var other in others)
            Assert.False(ServerSign.IsSame(Encoding.UTF8.GetBytes(other), sign), other);
    }

    [Fact]
    public void Checking_a_sign_allocates_nothing()
    {
        var text = "0719BB4795B0780D716CA55437B97B7E"u8.ToArray();
        var memory = new SignMemory(64, lifetime: 600_000);
        var (good, checks) = (0, 0);
        Assert.Equal(0, Allocations.Least(10_000, i =>
        {
            Span<byte> sign = stackalloc byte[ServerSign.Length];
            ServerSign.Compute(Pid, Secret, 1_571_392_800_123_456, "sendmsg", 1_571_392_800, sign);
            if (ServerSign.IsSame(text, sign))
                good++;
            memory.TryAdd(MemoryMarshal.Read<UInt128>(sign) + (UInt128)i, i);
            checks++;
        }));
        Assert.Equal(checks, good);
    }

    [Fact]
    public void A_used_sign_is_remembered_for_its_lifetime()
    {
        var memory = new SignMemory(1000, lifetime: 600);
        Assert.True(memory.TryAdd(1, 0));
        Assert.False(memory.TryAdd(1, 599));
        Assert.True(memory.TryAdd(2, 599));
        Assert.False(memory.TryAdd(2, 600)); // the next generation knows the last one
        Assert.False(memory.TryAdd(2, 1199));
        Assert.True(memory.TryAdd(1, 1200));
        Assert.True(memory.TryAdd(3, 1201));
        Assert.True(memory.TryAdd(3, 10_000)); // both generations are old
    }

    [Fact]
    public void The_memory_is_bounded_and_forgets_the_oldest_first()
    {
        var memory = new SignMemory(10, lifetime: 600);
        for (var i = 0; i < 1000; i++)
        {
            Assert.True(memory.TryAdd((UInt128)i, 1));
            for (var recent = Math.Max(0, i - 4); recent <= i; recent++)
                Assert.False(memory.TryAdd((UInt128)recent, 1));
        }
        Assert.True(memory.TryAdd(980, 1));
    }

    private static string SignOf(string secret, long salt, string method, long? time)
    {
        var sign = new byte[ServerSign.Length];
        ServerSign.Compute(Pid, secret, salt, method, time, sign);
        return Convert.ToHexString(sign);
    }
}
