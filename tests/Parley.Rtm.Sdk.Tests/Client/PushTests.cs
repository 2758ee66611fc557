using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;
using Parley.Rtm.Client.Pushes;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>Pushes: receipts, duplicates, order, bounds (rtm-client.md §5, §9.1, §9.2).</summary>
public sealed class PushTests : ClientFixture
{
    private readonly RecordingHandler _handler = new();

    public static TheoryData<string, string?, RtmConversationKind, long> Kinds { get; } = new()
    {
        { "pushmsg", null, RtmConversationKind.User, 7 },
        { "pushgroupmsg", "gid", RtmConversationKind.Group, 55 },
        { "pushroommsg", "rid", RtmConversationKind.Room, 55 },
        { "pushbroadcastmsg", null, RtmConversationKind.Broadcast, 0 },
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_message_comes_with_all_that_the_push_says(string method, string? place, RtmConversationKind kind, long id)
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        List<(string, object?)> push = [("from", 7L), ("to", Me), ("mid", 9L), ("mtype", 8), ("ftype", 10), ("msg", "x"), ("attrs", "a"), ("mtime", 1_556_446_799_140)];
        if (place is not null)
            push.Add((place, 55L));
        Assert.Equal(0, (await connection.PushAsync(method, [.. push])).Body.Count);
        var message = await _handler.NextMessageAsync();
        Assert.Equal(new RtmConversation(kind, id), message.Conversation);
        Assert.Equal((7L, 9L, (byte)8, RtmFileKind.Image, "x", "a"), (message.From, message.MessageId, message.Type, message.FileKind, message.Text, message.Attributes));
        Assert.Equal(1_556_446_799_140, message.Time!.Value.ToUnixTimeMilliseconds());
        Assert.Equal("x"u8.ToArray(), message.Bytes.ToArray());
    }

    [Fact]
    public async Task What_only_later_servers_push_may_be_missing()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        await connection.PushAsync("pushmsg", ("from", 7), ("mid", 9), ("mtype", 8), ("msg", "x"));
        var message = await _handler.NextMessageAsync();
        Assert.Null(message.Time);
        Assert.Equal(("", RtmFileKind.None), (message.Attributes, message.FileKind));
    }

    [Fact]
    public async Task Bytes_that_are_no_text_come_as_bytes()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        await connection.PushAsync("pushmsg", ("from", 7), ("mid", 9), ("mtype", 8), ("msg", new byte[] { 0xff, 0 }), ("attrs", ""));
        var message = await _handler.NextMessageAsync();
        Assert.Equal("", message.Text);
        Assert.Equal(new byte[] { 0xff, 0 }, message.Bytes.ToArray());
    }

    [Theory]
    [InlineData("transmsg", null, 7)]
    [InlineData("transgroupmsg", "gid", 55)]
    [InlineData("transroommsg", "rid", 55)]
    [InlineData("transbroadcastmsg", null, 0)]
    public async Task A_translation_names_the_original(string method, string? place, long id)
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        List<(string, object?)> push = [("from", 7L), ("mid", 9L), ("omid", 8L), ("msg", "bonjour")];
        if (place is not null)
            push.Add((place, 55L));
        await connection.PushAsync(method, [.. push]);
        await connection.PushAsync(method, [.. push]);
        var translation = Assert.IsType<RtmTranslationPush>(await _handler.NextAsync());
        Assert.Equal((id, 7L, 9L, 8L, "bonjour"), (translation.Conversation.Id, translation.From, translation.MessageId, translation.OriginalMessageId, translation.Text));
        await SendOneAsync(connection, 77);
        Assert.Equal(77, (await _handler.NextMessageAsync()).MessageId); // and not the translation again
    }

    [Fact]
    public async Task The_login_push_tells_what_is_unread()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        await connection.PushAsync("pushunread", ("p2p", new[] { 1L, 2 }), ("group", new[] { 3L }), ("bc", true));
        var unread = Assert.IsType<RtmUnreadPush>(await _handler.NextAsync()).Unread;
        Assert.Equal([1, 2], unread.Users);
        Assert.Equal([3], unread.Groups);
        Assert.True(unread.Broadcast);
    }

    [Fact]
    public async Task A_receipt_does_not_wait_for_the_application()
    {
        var hold = new TaskCompletionSource();
        var entered = new TaskCompletionSource();
        _handler.OnMessage = async _ =>
        {
            entered.TrySetResult();
            await hold.Task;
        };
        var (client, connection) = await LoginAsync(handler: _handler);
        Assert.False((await SendOneAsync(connection, 1)).IsError);
        await Wait.For(entered.Task, "the handler");
        Assert.False((await SendOneAsync(connection, 2)).IsError);
        Assert.True(_handler.IsEmpty);
        Assert.Equal(2, client.PushesWaiting);
        hold.SetResult();
        Assert.Equal(1, (await _handler.NextMessageAsync()).MessageId);
        Assert.Equal(2, (await _handler.NextMessageAsync()).MessageId);
    }

    [Fact]
    public async Task A_handler_may_ask_and_may_close_the_client()
    {
        Gate.On("getfriends", (c, quest) => c.AnswerAsync(quest, ("uids", new[] { 5L })));
        var client = default(RtmClient);
        var friends = new TaskCompletionSource<IReadOnlyList<long>>();
        _handler.OnMessage = async _ =>
        {
            friends.SetResult(await client!.GetFriendsAsync());
            await client.DisposeAsync();
        };
        (client, var connection) = await LoginAsync(handler: _handler);
        await SendOneAsync(connection, 1);
        Assert.Equal([5], await Wait.For(friends.Task, "an answer inside the handler"));
        await Wait.Until(() => client.State == RtmClientState.Closed, "the client is closed");
    }

    [Fact]
    public async Task A_repetition_is_acknowledged_and_not_told_again()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        for (var i = 0; i < 3; i++)
            Assert.False((await SendOneAsync(connection, 1)).IsError);
        await SendOneAsync(connection, 2);
        Assert.Equal(1, (await _handler.NextMessageAsync()).MessageId);
        Assert.Equal(2, (await _handler.NextMessageAsync()).MessageId);
    }

    [Fact]
    public async Task A_repetition_after_a_lost_connection_is_recognised_too()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        await SendOneAsync(connection, 1);
        connection.Close();
        var next = await Gate.NextAsync();
        await SendOneAsync(next, 1);
        await SendOneAsync(next, 2);
        Assert.Equal(1, (await _handler.NextMessageAsync()).MessageId);
        Assert.Equal(2, (await _handler.NextMessageAsync()).MessageId);
    }

    [Fact]
    public async Task The_same_number_elsewhere_or_from_somebody_else_is_another_message()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        (string, (string, object?)[])[] pushes =
        [
            ("pushmsg", [("from", 7)]), ("pushmsg", [("from", 8)]),
            ("pushgroupmsg", [("from", 7), ("gid", 1)]), ("pushgroupmsg", [("from", 7), ("gid", 2)]),
            ("pushroommsg", [("from", 7), ("rid", 1)]), ("pushbroadcastmsg", [("from", 7)]),
        ];
        foreach (var (method, who) in pushes)
            await connection.PushAsync(method, [.. who, ("mid", 1), ("mtype", 8), ("msg", "x"), ("attrs", "")]);
        foreach (var _ in pushes)
            Assert.Equal(1, (await _handler.NextMessageAsync()).MessageId);
    }

    [Fact]
    public async Task After_twenty_minutes_a_push_is_forgotten()
    {
        var (_, connection) = await LoginAsync(o => o with { PingInterval = TimeSpan.FromHours(1), SilenceLimit = TimeSpan.FromHours(1) }, _handler);
        await SendOneAsync(connection, 1);
        Time.Advance(TimeSpan.FromMinutes(19.9));
        await SendOneAsync(connection, 1);
        Time.Advance(TimeSpan.FromMinutes(0.2));
        await SendOneAsync(connection, 1);
        await SendOneAsync(connection, 2);
        Assert.Equal(1, (await _handler.NextMessageAsync()).MessageId);
        Assert.Equal(1, (await _handler.NextMessageAsync()).MessageId);
        Assert.Equal(2, (await _handler.NextMessageAsync()).MessageId);
    }

    [Fact]
    public void The_filter_is_bounded_and_forgets_the_oldest()
    {
        var filter = new DuplicateFilter(Time, TimeSpan.FromMinutes(20), 3);
        for (var mid = 1; mid <= 4; mid++)
            Assert.True(filter.TryAdd(new(RtmConversationKind.User, 0, 7, mid)));
        Assert.Equal(3, filter.Count);
        Assert.False(filter.Knows(new(RtmConversationKind.User, 0, 7, 1)));
        Assert.True(filter.Knows(new(RtmConversationKind.User, 0, 7, 2)));
        Assert.False(filter.TryAdd(new(RtmConversationKind.User, 0, 7, 4)));
    }

    [Fact]
    public async Task Pushes_come_in_the_order_in_which_they_were_sent()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        var receipts = new List<Task<Package>>();
        for (var mid = 1; mid <= 300; mid++)
            receipts.Add(await connection.BeginPushAsync("pushgroupmsg", ("from", 7), ("gid", mid % 3), ("mid", mid), ("mtype", 8), ("msg", ""), ("attrs", "")));
        for (var mid = 1; mid <= 300; mid++)
            Assert.Equal(mid, (await _handler.NextMessageAsync()).MessageId);
        await Wait.For(Task.WhenAll(receipts), "the receipts");
    }

    [Fact]
    public async Task A_full_queue_refuses_instead_of_acknowledging_and_takes_the_repetition()
    {
        var (client, connection) = await LoginAsync(o => o with { PushQueueCapacity = 2 });
        Assert.False((await SendOneAsync(connection, 1)).IsError);
        Assert.False((await SendOneAsync(connection, 2)).IsError);
        var refused = await SendOneAsync(connection, 3);
        Assert.Equal(20011, refused.Body.Int("code"));
        await using var reading = client.ReadMessagesAsync().GetAsyncEnumerator();
        Assert.Equal(1, (await NextAsync(reading)).MessageId);
        Assert.Equal(2, (await NextAsync(reading)).MessageId);
        Assert.False((await SendOneAsync(connection, 3)).IsError);
        Assert.Equal(3, (await NextAsync(reading)).MessageId);
    }

    [Fact]
    public async Task What_nobody_reads_waits_and_a_reader_that_leaves_takes_nothing_along()
    {
        var (client, connection) = await LoginAsync();
        for (var mid = 1; mid <= 3; mid++)
            await SendOneAsync(connection, mid);
        for (var mid = 1; mid <= 3; mid++)
        {
            await using var reading = client.ReadMessagesAsync().GetAsyncEnumerator();
            Assert.Equal(mid, (await NextAsync(reading)).MessageId);
        }
    }

    [Fact]
    public async Task Two_readers_get_everything_and_both_end_with_the_client()
    {
        var (client, connection) = await LoginAsync();
        await using var first = client.ReadPushesAsync().GetAsyncEnumerator();
        await using var second = client.ReadMessagesAsync().GetAsyncEnumerator();
        var (a, b) = (first.MoveNextAsync().AsTask(), second.MoveNextAsync().AsTask());
        await SendOneAsync(connection, 1);
        Assert.True(await Wait.For(a, "the first reader"));
        Assert.True(await Wait.For(b, "the second reader"));
        (a, b) = (first.MoveNextAsync().AsTask(), second.MoveNextAsync().AsTask());
        await client.CloseAsync();
        Assert.False(await Wait.For(a, "the end"));
        Assert.False(await Wait.For(b, "the end"));
    }

    [Fact]
    public async Task A_handler_that_throws_misses_only_its_own_push()
    {
        _handler.OnMessage = message => message.MessageId == 1 ? throw new InvalidOperationException("handler") : Task.CompletedTask;
        var (_, connection) = await LoginAsync(handler: _handler);
        await SendOneAsync(connection, 1);
        await SendOneAsync(connection, 2);
        Assert.Equal(2, (await _handler.NextMessageAsync()).MessageId);
    }

    private static Task<Package> SendOneAsync(FakeConnection connection, long mid) =>
        connection.PushAsync("pushmsg", ("from", 7), ("to", Me), ("mid", mid), ("mtype", 8), ("ftype", 0), ("msg", "x"), ("attrs", ""), ("mtime", 1_556_446_799_140));

    private static async Task<RtmMessage> NextAsync(IAsyncEnumerator<RtmMessage> reading)
    {
        Assert.True(await Wait.For(reading.MoveNextAsync().AsTask(), "a message"));
        return reading.Current;
    }
}
