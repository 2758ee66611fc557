using Parley.Core.Messaging;
using Parley.Core.Sessions;
using Parley.Core.Users;

namespace Parley.Core.Tests;

public sealed class SmallPartsTests
{
    [Theory]
    [InlineData("1", true, 1)]
    [InlineData("9223372036854775807", true, long.MaxValue)]
    [InlineData("9223372036854775808", false, 0)]
    [InlineData("8999999999999999", true, 8_999_999_999_999_999)]
    [InlineData("9000000000000000", false, 0)]
    [InlineData("9007199254740991", false, 0)]
    [InlineData("9007199254740992", true, 9_007_199_254_740_992)]
    [InlineData("0", false, 0)]
    [InlineData("01", false, 0)]
    [InlineData("+1", false, 0)]
    [InlineData("-1", false, 0)]
    [InlineData(" 1", false, 0)]
    [InlineData("", false, 0)]
    [InlineData("aa", false, 0)]
    public void A_canonical_decimal_outside_the_band_is_its_own_number(string text, bool expected, long id)
    {
        Assert.Equal(expected, NameBand.TryParse(text, out var parsed));
        if (expected)
            Assert.Equal(id, parsed);
    }

    [Fact]
    public void A_throttle_gives_its_burst_and_then_its_rate()
    {
        var throttle = default(Throttle);
        for (var i = 0; i < 5; i++)
            Assert.True(throttle.TryTake(interval: 100, burst: 5, now: 1000));
        Assert.False(throttle.TryTake(100, 5, 1000));
        Assert.False(throttle.TryTake(100, 5, 1099));
        Assert.True(throttle.TryTake(100, 5, 1100));
        Assert.False(throttle.TryTake(100, 5, 1100));
        for (var i = 0; i < 5; i++)
            Assert.True(throttle.TryTake(100, 5, 90_000));
        Assert.False(throttle.TryTake(100, 5, 90_000));
    }

    [Fact]
    public async Task A_cache_loads_once_keeps_its_bound_and_forgets_what_is_removed()
    {
        var loads = 0;
        var cache = new BoundedCache<int, int>(100, key =>
        {
            Interlocked.Increment(ref loads);
            return new(key * 2);
        });
        Assert.Equal(2, await cache.GetAsync(1));
        Assert.Equal(2, await cache.GetAsync(1));
        Assert.Equal(1, loads);
        cache.Remove(1);
        Assert.False(cache.TryGet(1, out _));
        Assert.Equal(2, await cache.GetAsync(1));
        Assert.Equal(2, loads);
        for (var key = 0; key < 1000; key++)
            await cache.GetAsync(key);
        Assert.InRange(cache.Count, 1, 101);
        Assert.True(cache.TryGet(999, out var newest));
        Assert.Equal(1998, newest);
    }

    [Fact]
    public async Task A_value_removed_while_it_loads_is_not_kept()
    {
        var gate = new TaskCompletionSource<int>();
        var cache = new BoundedCache<int, int>(10, _ => new(gate.Task));
        var loading = cache.GetAsync(1).AsTask();
        cache.Remove(1);
        gate.SetResult(7);
        Assert.Equal(7, await loading);
        Assert.False(cache.TryGet(1, out _));
    }

    [Fact]
    public async Task A_failed_load_is_told_and_tried_again()
    {
        var fails = true;
        var cache = new BoundedCache<int, int>(10, key => fails ? throw new IOException("no") : new(key));
        await Assert.ThrowsAsync<IOException>(async () => await cache.GetAsync(1));
        fails = false;
        Assert.Equal(1, await cache.GetAsync(1));
        Assert.Equal(1, cache.Count);
    }

    [Fact]
    public void A_burst_does_each_thing_at_its_end_and_only_its_owner_ends_it()
    {
        var item = new Item();
        Assert.False(Burst.TryDefer(item));
        Assert.True(Burst.TryBegin());
        Assert.False(Burst.TryBegin());
        Assert.True(Burst.TryDefer(item));
        Assert.Equal(0, item.Ends);
        Burst.End();
        Assert.Equal(1, item.Ends);
        Assert.False(Burst.TryDefer(item));
    }

    [Fact]
    public void A_delivery_encodes_once_per_dialect()
    {
        var message = new Message { Conversation = ConversationKey.PeerToPeer(1, 2, 3), Sender = 2, MessageId = 1, Type = 1 };
        var delivery = new MessageDelivery(message);
        var first = new CountingEncoder();
        var second = new CountingEncoder();
        var third = new CountingEncoder();
        foreach (var encoder in new[] { first, second, third, first, second, third })
            Assert.Equal(encoder.Frame, delivery.FrameFor(encoder).ToArray());
        Assert.Equal([1, 1, 1], [first.Count, second.Count, third.Count]);
    }

    [Fact]
    public void A_pair_is_one_conversation_in_either_order()
    {
        Assert.Equal(ConversationKey.PeerToPeer(1, 5, 9), ConversationKey.PeerToPeer(1, 9, 5));
        Assert.Equal(9, ConversationKey.PeerToPeer(1, 9, 5).PeerOf(5));
        Assert.Equal(5, ConversationKey.PeerToPeer(1, 9, 5).PeerOf(9));
    }

    private sealed class Item : IBurstItem
    {
        public int Ends { get; private set; }

        public void OnBurstEnd() => Ends++;
    }

    private sealed class CountingEncoder : MessageEncoder
    {
        private static byte _next;

        public byte[] Frame { get; } = [++_next];

        public int Count { get; private set; }

        public override ReadOnlyMemory<byte> Encode(Message message)
        {
            Count++;
            return Frame;
        }
    }
}
