using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Messages;

/// <summary>
/// Sequence numbers of our quests, far from where clients count, so that a stray answer cannot hit one of them (fpnn.md §3).
/// </summary>
internal static class PushSequence
{
    /// <summary>The number of pings, whose answers say nothing but that the peer lives.</summary>
    public const uint Ping = First - 1;

    private const uint First = 0x4000_0000;
    private static uint _last;

    /// <summary>The quest <c>ping</c> (rtm-client.md §2.2, rtm-server.md §1.4).</summary>
    public static ReadOnlyMemory<byte> PingFrame { get; } = MakePing();

    public static uint Next() => First + (Interlocked.Increment(ref _last) & 0x3fff_ffff);

    private static byte[] MakePing()
    {
        using var output = new PooledBufferWriter();
        FpnnWriter.WriteQuest(output, FpnnMessageType.TwoWayQuest, Ping, "ping"u8, []);
        return output.WrittenSpan.ToArray();
    }
}
