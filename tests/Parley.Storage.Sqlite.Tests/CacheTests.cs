using Parley.Core.Messaging;
using Parley.Storage.Sqlite.Reading;
using Parley.Storage.Sqlite.Writing;

namespace Parley.Storage.Sqlite.Tests;

/// <summary>The bounded things that the writer remembers, against naive models.</summary>
public sealed class CacheTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void The_conversation_cache_forgets_what_was_not_used_for_longest(int seed)
    {
        const int Capacity = 16;
        var random = new Random(seed);
        var cache = new ConversationCache(Capacity);
        var model = new LinkedList<(ConversationKey Key, long Id)>();
        for (var i = 0; i < 20_000; i++)
        {
            var key = ConversationKey.Group(1, random.Next(30));
            var known = model.FirstOrDefault(entry => entry.Key == key);
            var place = cache.Find(key);
            Assert.Equal(known.Id != 0, place >= 0);
            if (place >= 0)
            {
                Assert.Equal((known.Key, known.Id), (cache[place].Key, cache[place].Id));
                model.Remove(known);
                if (random.Next(10) == 0)
                    cache.Remove(key);
                else
                    model.AddLast(known);
            }
            else
            {
                if (model.Count == Capacity)
                    model.RemoveFirst();
                model.AddLast((key, i + 1));
                cache.Add(key, i + 1, 0, 0);
            }
            Assert.Equal(model.Count, cache.Count);
        }
    }

    [Theory]
    [InlineData(1, 50)]
    [InlineData(2, 300)]
    [InlineData(3, 5)]
    [InlineData(4, 0)]
    public void The_duplicate_window_remembers_exactly_what_it_should(int seed, int capacity)
    {
        var random = new Random(seed);
        var window = new DuplicateWindow(capacity, longest: 100);
        var model = new List<(long Conversation, long Sender, long Mid, long Sequence, long Accepted)>();
        var committed = 0;
        var now = 1000L;
        for (var i = 1; i < 20_000; i++)
        {
            var (conversation, sender, mid, ask) = (random.Next(2), random.Next(2), random.Next(30), random.Next(120));
            var known = model.FindLast(said => said.Conversation == conversation && said.Sender == sender && said.Mid == mid);
            var found = window.TryFind(conversation, sender, mid, now, ask, out var sequence, out var time);
            Assert.Equal(known.Sequence != 0 && now - known.Accepted <= ask, found);
            if (found)
                Assert.Equal((known.Sequence, known.Accepted + 7), (sequence, time));
            else if (capacity > 0)
                model.Add((conversation, sender, mid, i, now));
            if (!found)
                window.Add(conversation, sender, mid, i, now + 7, now);

            if (random.Next(5) == 0)
            {
                window.Commit(now);
                while (model.Count > 0 && (model.Count > capacity || now - model[0].Accepted > 100))
                    model.RemoveAt(0);
                committed = model.Count;
            }
            else if (random.Next(20) == 0)
            {
                window.Rollback();
                model.RemoveRange(committed, model.Count - committed);
            }
            Assert.Equal(model.Count, window.Count);
            now += random.Next(3);
        }
    }

    [Fact]
    public void The_queue_keeps_order_and_limits_over_many_turns()
    {
        var random = new Random(1);
        var queue = new WorkQueue<string>(1000);
        var model = new Queue<string>();
        var buffer = new string?[64];
        for (var i = 0; i < 50_000; i++)
        {
            var limit = random.Next(1, 1500);
            var taken = queue.TryAdd($"{i}", limit);
            Assert.Equal(model.Count < Math.Min(limit, 1000), taken);
            if (taken)
                model.Enqueue($"{i}");
            if (random.Next(40) == 0)
            {
                var count = queue.Take(buffer.AsSpan(0, random.Next(1, 64)), wait: false);
                for (var n = 0; n < count; n++)
                    Assert.Equal(model.Dequeue(), buffer[n]);
            }
            Assert.Equal(model.Count, queue.Count);
        }
    }

    [Fact]
    public async Task A_closed_queue_hands_out_what_it_has_and_wakes_who_waits()
    {
        var queue = new WorkQueue<string>(4);
        var waiting = Task.Factory.StartNew(
            () => queue.Take(new string?[1], wait: true), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        queue.TryAdd("a", 4);
        Assert.Equal(1, await waiting);

        queue.TryAdd("b", 4);
        queue.Close();
        Assert.False(queue.TryAdd("c", 4));
        Assert.Equal(1, queue.Take(new string?[2], wait: true));
        Assert.Equal(0, queue.Take(new string?[2], wait: true));
    }

    [Fact]
    public void A_set_of_types_knows_every_type()
    {
        var all = new TypeSet(null);
        var none = new TypeSet([]);
        var some = new TypeSet([0, 1, 63, 64, 127, 128, 255]);
        for (var type = 0; type < 256; type++)
        {
            Assert.True(all.Contains((byte)type));
            Assert.False(none.Contains((byte)type));
            Assert.Equal(type is 0 or 1 or 63 or 64 or 127 or 128 or 255, some.Contains((byte)type));
        }
    }
}
