using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Private messages, friends, blacklists, mutes, marks (beehive.md §10.2).</summary>
public sealed class ChatTests(ListendServer server)
{
    [Fact]
    [CoversBeehive("0201", "0202", "20009", "20011")]
    public async Task CHAT_with_a_zero_id_is_20011_and_of_another_sender_20009()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        (long From, long To, long Code, string Text)[] cases =
        [
            (0, ben.UserId, 20011, "Paramter isn't right!"), (ann.UserId, 0, 20011, "Paramter isn't right!"), (0, 0, 20011, "Paramter isn't right!"),
            (ben.UserId, ann.UserId, 20009, "Uid is collision!"), (ben.UserId, ben.UserId, 20009, "Uid is collision!"),
        ];
        foreach (var (from, to, code, text) in cases)
            (await ann.AskAsync(0x0201, ListendWorld.Chat(from, to))).Is((1, from), (2, to), (3, code), (4, text));
        await ann.ExpectNoPushAsync();
        await ben.ExpectNoPushAsync();
        var beyond = await ann.AskAsync(0x0201, (1, ann.UserId), (2, ulong.MaxValue), (3, 0), (4, 0), (5, ""));
        beyond.Is((1, ann.UserId), (2, ulong.MaxValue), (3, 20011), (4, "Paramter isn't right!"));
    }

    [Fact]
    [CoversBeehive("0201", "0202")]
    public async Task CHAT_to_somebody_who_is_away_or_was_never_there_is_ok()
    {
        await using var ann = await server.LoginAsync();
        var nobody = BeehiveHttpServer.NewId();
        (await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, nobody))).Is((1, ann.UserId), (2, nobody), (3, 0), (4, "Ok"));
        (await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, long.MaxValue))).Is((1, ann.UserId), (2, long.MaxValue), (3, 0), (4, "Ok"));
    }

    [Fact]
    [CoversBeehive("0201")]
    public async Task The_body_goes_out_as_it_came_in_with_unknown_fields_and_whatever_order_and_data()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync(Speech.WebSocket);
        (int, object)[][] bodies =
        [
            [(1, ann.UserId), (2, ben.UserId), (3, 4_000_000_000), (4, ulong.MaxValue), (5, "")],
            [(1, ann.UserId), (2, ben.UserId), (3, 7), (4, 0), (5, "t"), (6, new byte[] { 0, 255, 128 })],
            [(1, ann.UserId), (2, ben.UserId), (3, 7), (4, 0), (5, "t"), (6, Array.Empty<byte>())],
            [(6, "data"), (5, "last first"), (4, 3), (3, 2), (2, ben.UserId), (1, ann.UserId)],
            [(1, ann.UserId), (2, ben.UserId), (3, 0), (4, 0), (5, "x"), (15, "unknown"), (2000, 5)],
            [(1, 1), (1, ann.UserId), (2, ben.UserId), (3, 0), (4, 0), (5, "first"), (5, "second")],
            [(1, ann.UserId), (2, ben.UserId), (3, 0), (4, 0), (5, new byte[] { 0xC3, 0x28, 0x00 })], // no UTF-8
            [(1, ann.UserId), (2, ben.UserId), (3, 0), (4, 0), (5, "a\0b\u2028\n😀")],
        ];
        foreach (var body in bodies)
        {
            (await ann.AskAsync(0x0201, body)).Is((1, ann.UserId), (2, ben.UserId), (3, 0), (4, "Ok"));
            var push = (await ben.NextPushAsync(0x0201)).Is(body);
            Assert.Equal((ann.Sequence, ann.SessionId, ann.Sequence), (push.Seq, push.Dsid, push.Dseq));
        }
        await using var later = await server.LoginAsync(uid: ben.UserId);
        await later.AskAsync(0x010D, (1, ben.UserId));
        foreach (var body in bodies)
            (await later.NextPushAsync(0x0201)).Is(body); // out of the store too
    }

    [Fact]
    [CoversBeehive("0201")]
    public async Task CHAT_to_oneself_reaches_all_sessions()
    {
        await using var one = await server.LoginAsync();
        await using var two = await server.LoginAsync(uid: one.UserId);
        var fields = ListendWorld.Chat(one.UserId, one.UserId, "note");
        await one.AskAsync(0x0201, fields);
        (await one.NextPushAsync(0x0201)).Is(fields);
        (await two.NextPushAsync(0x0201)).Is(fields);
        await one.ExpectNoPushAsync();
    }

    [Theory]
    [CoversBeehive("0207", "0208", "0209", "020A", "10005")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    public async Task Who_is_on_the_blacklist_is_told_so_and_nothing_arrives(Speech speech)
    {
        await using var ann = await server.LoginAsync(speech);
        await using var ben = await server.LoginAsync(speech);
        for (var i = 0; i < 2; i++)
            await ben.DoneAsync(0x0207, (1, ben.UserId), (2, ann.UserId));
        (await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, ben.UserId))).Is((1, ann.UserId), (2, ben.UserId), (3, 10005), (4, "User is in blacklist!"));
        (await ben.AskAsync(0x0201, ListendWorld.Chat(ben.UserId, ann.UserId))).Is((1, ben.UserId), (2, ann.UserId), (3, 0), (4, "Ok"));
        await ann.NextPushAsync(0x0201);
        for (var i = 0; i < 2; i++)
            await ben.DoneAsync(0x0209, (1, ben.UserId), (2, ann.UserId));
        await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, ben.UserId, "after"));
        Assert.Equal("after", (await ben.NextPushAsync(0x0201)).Text(5));
        await ExpectPendingAsync(ben.UserId, "after");
    }

    [Theory]
    [CoversBeehive("020B", "020C", "020D", "020E")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task Who_is_muted_is_told_that_all_is_well_and_nothing_arrives_or_is_stored(Speech speech)
    {
        await using var ann = await server.LoginAsync(speech);
        await using var ben = await server.LoginAsync(speech);
        for (var i = 0; i < 2; i++)
            await ben.DoneAsync(0x020B, (1, ben.UserId), (2, ann.UserId));
        (await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, ben.UserId, "muted"))).Is((1, ann.UserId), (2, ben.UserId), (3, 0), (4, "Ok"));
        await ben.ExpectNoPushAsync();
        for (var i = 0; i < 2; i++)
            await ben.DoneAsync(0x020D, (1, ben.UserId), (2, ann.UserId));
        await ann.AskAsync(0x0201, ListendWorld.Chat(ann.UserId, ben.UserId, "heard"));
        Assert.Equal("heard", (await ben.NextPushAsync(0x0201)).Text(5));
        await ExpectPendingAsync(ben.UserId, "heard");
    }

    [Fact]
    [CoversBeehive("0203", "0204", "0205", "0206")]
    public async Task Words_about_friendship_reach_all_sessions_of_the_other_as_they_were_said()
    {
        await using var ann = await server.LoginAsync();
        await using var ben = await server.LoginAsync();
        await using var second = await server.LoginAsync(Speech.WebSocketSeed, ben.UserId);
        foreach (var mark in new[] { "it is me ü", "it is me again", "" })
        {
            await ann.DoneAsync(0x0203, (1, ann.UserId), (2, ben.UserId), (3, mark));
            (await ben.NextPushAsync(0x0203)).Is((1, ann.UserId), (2, ben.UserId), (3, mark));
            (await second.NextPushAsync(0x0203)).Is((1, ann.UserId), (2, ben.UserId), (3, mark));
        }
        await ann.DoneAsync(0x0205, (1, ann.UserId), (2, ben.UserId));
        (await ben.NextPushAsync(0x0205)).Is((1, ann.UserId), (2, ben.UserId));
        (await second.NextPushAsync(0x0205)).Is((1, ann.UserId), (2, ben.UserId));
        await ann.ExpectNoPushAsync();
    }

    [Fact]
    [CoversBeehive("0203", "0205", "010D")]
    public async Task Words_about_friendship_wait_for_who_is_away()
    {
        await using var ann = await server.LoginAsync();
        await using var eve = await server.LoginAsync();
        var away = BeehiveHttpServer.NewId();
        await ann.DoneAsync(0x0203, (1, ann.UserId), (2, away), (3, "hello"));
        await eve.DoneAsync(0x0205, (1, eve.UserId), (2, away));
        await using var ben = await server.LoginAsync(uid: away);
        await ben.ExpectNoPushAsync(); // nothing without SYNC
        (await ben.AskAsync(0x010D, (1, away))).Is((1, away), (2, 0), (3, "Ok"));
        (await ben.NextPushAsync(0x0203)).Is((1, ann.UserId), (2, away), (3, "hello"));
        (await ben.NextPushAsync(0x0205)).Is((1, eve.UserId), (2, away));
        await ben.ExpectNoPushAsync();
    }

    [Theory]
    [CoversBeehive("0203", "0205", "0207", "0209", "020B", "020D", "0210", "0212", "20009", "20011")]
    [InlineData(0x0203)]
    [InlineData(0x0205)]
    [InlineData(0x0207)]
    [InlineData(0x0209)]
    [InlineData(0x020B)]
    [InlineData(0x020D)]
    [InlineData(0x0210)]
    [InlineData(0x0212)]
    public async Task Zero_ids_are_20011_and_another_actor_is_20009(uint command)
    {
        await using var ann = await server.LoginAsync();
        var ben = BeehiveHttpServer.NewId();
        (long From, long To, long Code)[] cases =
            [(0, ben, 20011), (ann.UserId, 0, 20011), (0, 0, 20011), (ben, ann.UserId, 20009), (ann.UserId + 1, ben, 20009)];
        foreach (var (from, to, code) in cases)
            await ann.FailAsync(code, command, (1, from), (2, to), (3, "mark"));
    }

    [Fact]
    [CoversBeehive("0210", "0211", "0212", "0213", "10018")]
    public async Task Marks_are_numbers_or_texts()
    {
        await using var ann = await server.LoginAsync();
        var ben = BeehiveHttpServer.NewId();
        foreach (var mark in new object[] { 0, 7, ulong.MaxValue, "", "boss ü", new string('m', 4096) })
            await ann.DoneAsync(0x0210, (1, ann.UserId), (2, ben), (3, mark));
        await ann.FailAsync(10018, 0x0210, (1, ann.UserId), (2, ben), (3, new string('m', 4097)));
        for (var i = 0; i < 2; i++)
            await ann.DoneAsync(0x0212, (1, ann.UserId), (2, ben));
        await ann.FailAsync(20011, 0x0210, (1, ann.UserId), (2, ben)); // no mark
    }

    /// <summary>What a new session of a user is sent on SYNC.</summary>
    private async Task ExpectPendingAsync(long uid, params string[] texts)
    {
        await using var peer = await server.LoginAsync(uid: uid);
        await peer.AskAsync(0x010D, (1, uid));
        Assert.Equal(texts, (await peer.DrainAsync()).Select(push => Encoding.UTF8.GetString(push.Bytes(5))));
    }
}
