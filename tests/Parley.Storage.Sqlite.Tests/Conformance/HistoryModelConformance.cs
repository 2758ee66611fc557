using Parley.Core.Messaging;

namespace Parley.Storage.Conformance;

/// <summary>Random lives of conversations, after which every query is compared with a model that knows no shortcuts.</summary>
public abstract class HistoryModelConformance : StoreConformance
{
    private static readonly byte[] AllTypes = [30, 40, 50];

    private readonly List<Said> _model = [];
    private readonly Dictionary<long, long> _read = [];
    private long _retired;
    private long _head;
    private long _headTime;

    [Theory]
    [MemberData(nameof(Seeds))]
    public async Task Every_query_answers_what_the_naive_model_answers(int seed)
    {
        var random = new Random(seed);
        var key = ConversationKey.PeerToPeer(Project, 1, 2);
        for (var round = 0; round < 6; round++)
        {
            await LiveAsync(random, key);
            if (random.Next(3) == 0)
                await ReopenAsync();
            for (var i = 0; i < 40; i++)
            {
                await ComparePageAsync(random, key);
                await CompareWindowAsync(random, key);
                await CompareRangeAsync(random, key);
                await CompareStateAsync(random, key);
                await CompareFindAsync(random, key);
            }
        }
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    private async Task LiveAsync(Random random, ConversationKey key)
    {
        var waiting = new List<TrackedEntry>();
        for (var i = random.Next(1, 60); i > 0; i--)
        {
            Time.Advance(TimeSpan.FromMilliseconds(random.Next(3) == 0 ? random.Next(100) : 0));
            var entry = Append(Words(key, 1 + random.Next(2), random.Next(1, 20), $"{i}", AllTypes[random.Next(3)]));
            waiting.Add(entry);
            if (random.Next(2) == 0)
                await entry.Committed;
        }
        foreach (var entry in waiting)
        {
            var message = (await entry.Committed).Message;
            Assert.Equal(++_head, message.Sequence);
            Assert.True(message.Time >= _headTime);
            _headTime = message.Time;
            _model.Add(new Said(message.Sequence, message.Sender, message.MessageId, message.Type, message.Time));
            Raise(message.Sender, message.Sequence);
        }
        await ChangeAsync(random, key);
    }

    private async Task ChangeAsync(Random random, ConversationKey key)
    {
        for (var i = random.Next(12); i > 0; i--)
        {
            var sequence = random.NextInt64(0, _head + 2);
            var there = _model.Find(said => said.Sequence == sequence && !said.IsDeleted);
            Assert.Equal(there is not null, await Store.Messages.DeleteAsync(key, sequence, Token));
            if (there is not null)
                there.IsDeleted = true;
        }
        if (random.Next(2) == 0)
        {
            var (user, sequence) = (random.Next(1, 3), random.NextInt64(0, _head + 3));
            await Store.Messages.AdvanceReadPositionsAsync([new ReadPosition(key, user, sequence)], Token);
            Raise(user, Math.Min(sequence, _head));
        }
        if (random.Next(3) == 0)
            await RetireAsync(random);
    }

    private async Task RetireAsync(Random random)
    {
        var before = random.Next(2) == 0 ? 0 : SomeTime(random);
        var keep = random.Next(2) == 0 ? 0 : random.Next(1, 100);
        var limit = random.Next(1, 200);
        var due = _model.Where(said => said.Time < before || (keep > 0 && said.Sequence <= _head - keep)).Take(limit).ToList();
        Assert.Equal(due.Count, await Store.Messages.RetireAsync(Project, before, keep, limit, Token));
        _retired = Math.Max(_retired, due.Count == 0 ? 0 : due[^1].Sequence);
        _model.RemoveAll(due.Contains);
    }

    private async Task ComparePageAsync(Random random, ConversationKey key)
    {
        var query = new PageQuery
        {
            Conversation = key,
            Viewer = random.Next(1, 4),
            Direction = (PageDirection)(random.Next(2) == 0 ? 0 : random.Next(3)),
            AfterSequence = random.Next(3) == 0 ? random.NextInt64(0, _head + 2) : 0,
            AfterMessageId = random.Next(4) == 0 ? random.Next(1, 25) : 0,
            Types = SomeTypes(random),
            Descending = random.Next(2) == 0,
            Skip = random.Next(2) == 0 ? 0 : random.Next(0, (int)_head + 2),
            Take = random.Next(0, 30),
        };
        var after = query.AfterSequence;
        if (query.AfterMessageId != 0)
            after = Math.Max(after, _model.FindLast(said => said.Mid == query.AfterMessageId)?.Sequence ?? 0);
        var expected = _model.Where(said => said.Sequence > after && !said.IsDeleted && Has(query.Types, said.Type)
            && (query.Direction == PageDirection.Both || query.Direction == PageDirection.Sent == (said.Sender == query.Viewer)));
        if (query.Descending)
            expected = expected.Reverse();

        Compare(query, expected.Skip(query.Skip).Take(query.Take), await Store.Messages.GetPageAsync(query, Token));
    }

    private async Task CompareWindowAsync(Random random, ConversationKey key)
    {
        var query = new WindowQuery
        {
            Conversation = key,
            Begin = random.Next(2) == 0 ? 0 : SomeTime(random),
            End = random.Next(2) == 0 ? long.MaxValue : SomeTime(random),
            LastSequence = random.Next(2) == 0 ? 0 : random.NextInt64(1, _head + 3),
            Types = SomeTypes(random),
            Descending = random.Next(2) == 0,
            Take = random.Next(0, 30),
        };
        var expected = _model.Where(said => said.Time >= query.Begin && said.Time <= query.End && Has(query.Types, said.Type)
            && (query.LastSequence == 0 || (query.Descending ? said.Sequence < query.LastSequence : said.Sequence > query.LastSequence)));
        if (query.Descending)
            expected = expected.Reverse();

        Compare(query, expected.Take(query.Take), await Store.Messages.GetWindowAsync(query, Token));
    }

    private async Task CompareRangeAsync(Random random, ConversationKey key)
    {
        var (from, to, take) = (random.NextInt64(-1, _head + 2), random.NextInt64(-1, _head + 2), random.Next(0, 30));
        var expected = _model.Where(said => said.Sequence >= from && said.Sequence <= to).Take(take);

        Compare((from, to, take), expected, await Store.Messages.GetRangeAsync(key, from, to, take, Token));
    }

    private async Task CompareStateAsync(Random random, ConversationKey key)
    {
        var user = random.Next(1, 4);
        var filter = new UnreadFilter(random.Next(2) == 0 ? 0 : SomeTime(random), SomeTypes(random));
        var read = Math.Max(_retired, _read.GetValueOrDefault(user));
        var unread = _model.Count(said => said.Sequence > read && !said.IsDeleted && said.Time > filter.After && Has(filter.Types, said.Type));

        var state = await StateAsync(user, key, filter);

        Assert.Equal(new ConversationState(key, new ConversationHead(_head, _headTime), read, unread), state);
        Assert.Equal(user > 2 ? [] : [state], await Store.Messages.GetPeerStatesAsync(Project, user, filter, Token));
    }

    private async Task CompareFindAsync(Random random, ConversationKey key)
    {
        var (sender, mid) = (random.Next(1, 3), random.Next(1, 22));
        var found = await Store.Messages.FindAsync(key, sender, mid, Token);

        Assert.Equal(_model.FindLast(said => said.Sender == sender && said.Mid == mid)?.Sequence, found?.Sequence);
    }

    private static void Compare(object query, IEnumerable<Said> expected, IReadOnlyList<Message> actual)
    {
        var wanted = expected.Select(said => (said.Sequence, said.Sender, said.Mid, said.Type, said.Time, said.IsDeleted)).ToList();
        var got = actual.Select(said => (said.Sequence, said.Sender, said.MessageId, said.Type, said.Time, said.IsDeleted)).ToList();
        Assert.True(
            wanted.SequenceEqual(got),
            $"{query}\nwanted {string.Join(' ', wanted.Select(said => said.Sequence))}\ngot    {string.Join(' ', got.Select(said => said.Sequence))}");
    }

    private static bool Has(IReadOnlyList<byte>? types, byte type) => types?.Contains(type) != false;

    private static byte[]? SomeTypes(Random random) =>
        random.Next(2) == 0 ? null : [.. AllTypes.Where(_ => random.Next(2) == 0)];

    private long SomeTime(Random random) =>
        _model.Count == 0 ? Now : _model[random.Next(_model.Count)].Time + random.Next(-1, 2);

    private void Raise(long user, long sequence) => _read[user] = Math.Max(_read.GetValueOrDefault(user), sequence);

    private sealed record Said(long Sequence, long Sender, long Mid, byte Type, long Time)
    {
        public bool IsDeleted { get; set; }
    }
}
