using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>Whatever a gate sends, the client answers by the rules, or connects anew; it never throws at the application.</summary>
public sealed class GarbageTests : ClientFixture
{
    private readonly RecordingHandler _handler = new();

    [Fact]
    public async Task A_push_of_an_unknown_name_is_an_unknown_method()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        Assert.Equal(20004, (await connection.PushAsync("pushsomething", ("x", 1))).Body.Int("code"));
        await connection.TellAsync("tellsomething");
        await ExpectAliveAsync(connection);
    }

    [Fact]
    public async Task A_push_without_its_parameters_or_with_wrong_ones_is_refused_and_the_client_goes_on()
    {
        var (_, connection) = await LoginAsync(handler: _handler);
        foreach (var method in new[] { "pushmsg", "pushgroupmsg", "pushroommsg", "pushbroadcastmsg", "transmsg", "transgroupmsg", "kickoutroom" })
            Assert.Equal(10009, (await connection.PushAsync(method)).Body.Int("code"));
        Assert.Equal(10010, (await connection.PushAsync("pushunread", ("p2p", "many"))).Body.Int("code"));
        (string, object?)[] good = [("from", 7), ("mid", 1), ("mtype", 8), ("msg", "x"), ("attrs", "")];
        foreach (var (key, _) in good)
        {
            (string, object?)[] bad = [.. good.Select(pair => pair.Item1 == key ? (key, (object?)new[] { "?" }) : pair)];
            Assert.Equal(10010, (await connection.PushAsync("pushmsg", bad)).Body.Int("code"));
        }
        Assert.Equal(10010, (await connection.PushAsync("pushmsg", ("from", 7), ("mid", 1), ("mtype", 300), ("msg", "x"))).Body.Int("code"));
        Assert.Equal(10003, (await connection.PushRawAsync("pushmsg", [0xc0])).Body.Int("code"));
        await ExpectAliveAsync(connection);
        Assert.Equal(1, Gate.Connections);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Random_bytes_in_place_of_a_push_never_stop_the_client(int seed)
    {
        var random = new Random(seed);
        var (client, connection) = await LoginAsync(handler: _handler);
        string[] methods = ["pushmsg", "pushgroupmsg", "transroommsg", "pushunread", "kickoutroom", "ping"];
        for (var i = 0; i < 200; i++)
        {
            var payload = new byte[random.Next(1, 40)];
            random.NextBytes(payload);
            await connection.PushRawAsync(methods[random.Next(methods.Length)], payload);
        }
        await ExpectAliveAsync(connection);
        Assert.Equal(RtmClientState.Online, client.State);
    }

    [Fact]
    public async Task Bytes_that_are_no_packages_end_the_connection_and_a_new_one_is_made()
    {
        var random = new Random(4);
        var (client, connection) = await LoginAsync(handler: _handler);
        for (var i = 0; i < 3; i++)
        {
            var bytes = new byte[64];
            random.NextBytes(bytes);
            await connection.SendAsync(bytes);
            await Wait.For(connection.Closed, "the client to close");
            await PassUntilAsync(() => Gate.Connections == i + 2, "the next connection");
            connection = await Gate.NextAsync();
            await PassUntilAsync(() => client.State == RtmClientState.Online, "the login");
        }
        await ExpectAliveAsync(connection);
    }

    [Fact]
    public async Task Any_answer_to_any_quest_is_a_result_or_an_RtmException()
    {
        var (client, connection) = await LoginAsync(o => o with { SendRetries = 0 });
        var random = new Random(5);
        Raw[] values = [.. Values()];
        foreach (var ask in Quests(client))
        {
            await AnswerAsync(ask, [0x80]);
            await AnswerAsync(ask, [0xc0]);
            await AnswerAsync(ask, [0x90]);
            for (var i = 0; i < values.Length; i++)
                await AnswerAsync(ask, Pack.Map([.. Keys.Select(key => (key, (object?)values[random.Next(values.Length)]))]));
        }
        Assert.Equal(RtmClientState.Online, client.State);

        async Task AnswerAsync(Func<Task> ask, byte[] payload)
        {
            var asked = ask();
            var quest = await connection.NextAsync();
            await connection.SendAsync(Frame.Answer(quest.Sequence, payload));
            try
            {
                await Wait.For(asked, quest.Method);
            }
            catch (RtmException)
            {
                // that is what there is to expect
            }
        }
    }

    private static string[] Keys { get; } =
    [
        "uids", "gids", "rooms", "cn", "online", "onlines", "info", "oinfo", "pinfo", "pushname", "lat", "lng", "geos", "val", "p2p", "group",
        "bc", "ltime", "attrs", "msgs", "num", "lastid", "begin", "end", "maxid", "id", "mtype", "msg", "mtime", "stext", "src", "dtext", "dst",
        "token", "endpoint",
    ];

    private static IEnumerable<Raw> Values() =>
        new object?[]
        {
            null, true, -1L, long.MaxValue, 300L, 1.5, double.NaN, "x", "12", new byte[] { 0xff }, Array.Empty<long>(), new[] { 1L }, new[] { "x" },
            new object[] { new object[] { 1L, 2L } }, new object[] { new object[] { 1L, 2L, 8L, 0L, 5L, "m", "a", 9L } },
            new object[] { new object[] { 1L, 2L, 999L, 0L, 5L, "m", "a", long.MaxValue, 1L } }, new object[] { "1", "x", "y" },
            new object[] { new object[] { "1", "x", "y" } }, Map(("x", 1L)), Map(("1", 1L)), Map(("1", "x")), Map(("1", new[] { 1000L })),
            new object[] { Map(("id", 1L), ("msg", "x")) }, new object[] { Map(("login", "99999999999999999999"), ("ce", 1L)) }, "127.0.0.1:1",
        }.Select(value => new Raw(Pack.Value(value)));

    private static (string, object?)[] Map(params (string, object?)[] pairs) => pairs;

    private static IEnumerable<Func<Task>> Quests(RtmClient client) =>
    [
        () => client.GetConnectionsAsync(), () => client.AddDebugLogAsync("x"), () => client.SendToUserAsync(7, "x"),
        () => client.GetWindowAsync(RtmConversation.WithUser(7)), () => client.GetWindowAsync(RtmConversation.OfGroup(7)),
        () => client.GetPageAsync(RtmConversation.WithUser(7)), () => client.GetPageAsync(RtmConversation.OfRoom(7)),
        () => client.GetMessageAsync(RtmConversation.Broadcast, 1, 1), () => client.CheckUnreadAsync(), () => client.GetUnreadCountsAsync(),
        () => client.GetUserUnreadAsync([1]), () => client.GetGroupUnreadAsync([1]), () => client.GetSessionsAsync(),
        () => client.GetFriendsAsync(), () => client.GetGroupPresenceAsync(1), () => client.GetGroupCountAsync(1, online: true),
        () => client.GetGroupInfoAsync(1), () => client.GetGroupOpenInfoAsync(1), () => client.GetGroupOpenInfosAsync([1]),
        () => client.GetRoomsAsync(), () => client.GetRoomCountsAsync([1]), () => client.GetPushNameAsync(), () => client.GetPositionAsync(),
        () => client.GetPositionsAsync([1]), () => client.GetUserOpenInfosAsync([1]), () => client.GetValueAsync("k"),
        () => client.GetMutedAsync(), () => client.TranslateAsync("x", "fr"),
    ];

    private async Task ExpectAliveAsync(FakeConnection connection)
    {
        while (!_handler.IsEmpty)
            await _handler.NextAsync();
        Assert.False((await connection.PushAsync("pushmsg", ("from", 7), ("mid", 424242), ("mtype", 8), ("msg", "alive"), ("attrs", ""))).IsError);
        RtmPush push;
        do
        {
            push = await _handler.NextAsync();
        }
        while (push is not RtmMessagePush { Message.Text: "alive" });
    }
}
