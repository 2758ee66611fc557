using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>Logging in (beehive.md §5, §9.2).</summary>
public sealed class LoginTests(ListendServer server, SmallListendServer small)
{
    [Theory]
    [CoversBeehive("0101", "0102", "20012")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    public async Task A_token_of_another_user_another_session_or_none_is_refused_with_all_fields_and_the_connection_closes(Speech speech)
    {
        var (uid, sid) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        var good = await ListendWorld.TokenAsync(server.Process, uid, sid);
        var broken = (good[0] == 'A' ? 'B' : 'A') + good[1..];
        const string Foreign = "Token is invalid!!";
        const string Garbage = "Decode token failed!";
        (long Uid, long Sid, long HeaderSid, string Token, string Text)[] cases =
        [
            (uid + 1, sid, sid, good, Foreign), (uid, sid + 1, sid + 1, good, Foreign), (uid, sid, sid + 1, good, Foreign),
            (uid, sid + 1, sid, good, Foreign),
            (uid, sid, sid, "T0K", Garbage), (uid, sid, sid, "", Garbage), (uid, sid, sid, broken, Garbage), (uid, sid, sid, good[..^4], Garbage),
            (uid, sid, sid, "uid:1:ttl:9999999999:sid:1:end", Garbage),
        ];
        foreach (var (bodyUid, bodySid, headerSid, token, text) in cases)
        {
            await using var peer = await server.ConnectAsync(speech);
            peer.SessionId = headerSid;
            var packet = peer.Next(0x0101, Proto.Of((1, bodyUid), (2, bodySid), (3, token), (4, "a"), (5, ""), (6, 3)));
            await peer.SendAsync(packet);
            var ack = await peer.ExpectAnswerAsync(0x0102, packet.Seq);
            if (peer.IsSeed)
                ack.Is((1, bodyUid), (2, bodySid), (3, "a"), (4, ""), (5, 3), (6, 20012), (7, text));
            else
                ack.Is((1, bodyUid), (2, bodySid), (3, 0), (4, "a"), (5, ""), (6, 3), (7, 20012), (8, text));
            await peer.TrySendAsync(peer.Next(0x0105)); // deaf until it closes
            await peer.ExpectClosedAsync();
        }
    }

    [Theory]
    [CoversBeehive("0101", "20012")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task An_expired_token_is_refused_and_one_that_expires_later_is_not(Speech speech)
    {
        // the first one is the document's own vector
        const string Vector = "WSRSO1ZkBWpXNgMzBjQHNgRiV2FaaAd0VncHP1doVmYKN1dlCm0FYQxpBDwEMgMyVjAMMV8kUjxVZFU7DToFNFlhUmNWOgU1V2kDZw==";
        foreach (var token in new[] { Vector, ReferenceToken.Make(100_001, 2001, seconds: -2) })
        {
            await using var expired = await server.ConnectAsync(speech);
            expired.SessionId = 2001;
            var ack = await expired.AskAsync(0x0101, (1, 100_001), (2, 2001), (3, token), (4, ""), (5, ""));
            ack.Is((1, 100_001), (2, 2001), (3, 0), (4, ""), (5, ""), (7, 20012), (8, "Token is timeout!"));
            await expired.ExpectClosedAsync();
        }
        await using var good = await server.ConnectAsync(speech);
        var (uid, sid) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        await good.LoginAsync(uid, sid, ReferenceToken.Make(uid, sid));
    }

    [Theory]
    [CoversBeehive("0101", "20011")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocketSeed)]
    public async Task An_ONLINE_that_cannot_be_read_is_refused_with_all_fields_and_the_connection_closes(Speech speech)
    {
        foreach (var body in new byte[][] { [], [0xFF], Proto.Of((1, 5), (2, 6), (3, "x"), (4, "x")), Proto.Of((1, "5"), (2, 6), (3, "x"), (4, "x"), (5, "x")) })
        {
            await using var peer = await server.ConnectAsync(speech);
            peer.SessionId = 77;
            var packet = peer.Next(0x0101, body);
            await peer.SendAsync(packet);
            var ack = await peer.ExpectAnswerAsync(0x0102, packet.Seq);
            if (peer.IsSeed)
                ack.Is((1, 0), (2, 0), (3, ""), (4, ""), (6, 20011), (7, "Unmarshal body failed!"));
            else
                ack.Is((1, 0), (2, 0), (3, 0), (4, ""), (5, ""), (7, 20011), (8, "Unmarshal body failed!"));
            await peer.ExpectClosedAsync();
        }
    }

    [Fact]
    [CoversBeehive("0101")]
    public async Task Terminal_is_echoed_and_a_token_is_good_more_than_once()
    {
        var (uid, sid) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        var token = await ListendWorld.TokenAsync(server.Process, uid, sid);
        for (var i = 0; i < 2; i++)
        {
            await using var peer = await server.ConnectAsync();
            peer.SessionId = sid;
            var ack = await peer.AskAsync(0x0101, (1, uid), (2, sid), (3, token), (4, "app ü"), (5, "1"), (6, 0));
            ack.Is((1, uid), (2, sid), (3, ack.Int(3)), (4, "app ü"), (5, "1"), (6, 0), (7, 0), (8, "Ok"));
        }
    }

    [Theory]
    [CoversBeehive("0101", "0102")]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.TcpSeed)]
    [InlineData(Speech.WebSocket)]
    public async Task A_second_ONLINE_of_the_same_sid_is_answered_again_and_of_another_ends_the_connection(Speech speech)
    {
        await using var peer = await server.LoginAsync(speech);
        var first = await peer.AskAsync(0x0101, (1, peer.UserId), (2, peer.SessionId), (3, "whatever"), (4, "app"), (5, "1.0"));
        if (peer.IsSeed)
            first.Is((1, peer.UserId), (2, peer.SessionId), (3, "app"), (4, "1.0"), (6, 0), (7, "Ok"));
        else
            Assert.Equal((0L, "Ok"), (first.Int(7), first.Text(8)));
        await peer.PingAsync();
        await peer.SendAsync(peer.Next(0x0101, Proto.Of((1, peer.UserId), (2, peer.SessionId + 1), (3, "x"), (4, "a"), (5, "b"))));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    [CoversBeehive("0101", "20011")]
    public async Task A_second_ONLINE_that_cannot_be_read_is_refused_and_the_session_goes_on()
    {
        await using var peer = await server.LoginAsync();
        var ack = await peer.AskBodyAsync(0x0101, [0xFF]);
        Assert.Equal(20011, ack.Int(7));
        await peer.PingAsync();
    }

    [Fact]
    [CoversBeehive("0101")]
    public async Task The_base_of_the_seq_rises_with_each_login_and_is_greater_than_that_of_ONLINE_and_all_that_were_used()
    {
        long before = 0;
        var (uid, sid) = (BeehiveHttpServer.NewId(), BeehiveHttpServer.NewId());
        foreach (var leap in new ulong[] { 0, 0, 5000, 1_000_000, 10 })
        {
            await using var peer = await server.LoginAsync(uid: uid, sid: sid);
            Assert.InRange(peer.SequenceBase, before + 1, long.MaxValue);
            peer.Sequence += leap;
            await peer.PingAsync();
            before = (long)peer.Sequence;
        }
        await using var last = await server.ConnectAsync();
        await last.LoginAsync(uid, sid, await ListendWorld.TokenAsync(server.Process, uid, sid), seq: 50_000_000);
        Assert.InRange(last.SequenceBase, 50_000_001, long.MaxValue);
    }

    [Fact]
    [CoversBeehive("0101")]
    public async Task No_sequence_comes_twice_though_the_server_is_killed()
    {
        await using var own = await BeehiveHttpServer.StartAsync(("Sqlite:Synchronous", "Full"));
        long before = 0;
        for (var round = 0; round < 4; round++)
        {
            await using var peer = await ListendWorld.LoginAsync(own, 7, 4242);
            Assert.InRange(peer.SequenceBase, before + 1, long.MaxValue);
            peer.Sequence += (ulong)(round * 1500);
            await peer.PingAsync();
            before = (long)peer.Sequence;
            own.Kill();
            await own.RestartAsync();
        }
        await RtmServer.EndAsync(own);
    }

    [Theory]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task Who_does_not_log_in_is_cut_off_in_time_and_who_does_is_not(Speech speech)
    {
        await using var silent = await small.ConnectAsync(speech);
        await using var half = await small.ConnectAsync(Speech.Tcp);
        await using var good = await small.LoginAsync(speech);
        var began = TimeProvider.System.GetTimestamp();
        await half.SendRawAsync(half.Bytes(half.Next(0x0101, new byte[50]))[..80]);
        await silent.ExpectClosedAsync();
        await half.ExpectClosedAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, SmallListendServer.LoginSeconds - 2.5, 60);
        await good.PingAsync();
    }

    [Theory]
    [InlineData(Speech.Tcp)]
    [InlineData(Speech.WebSocket)]
    public async Task Who_is_silent_is_cut_off_and_any_packet_is_life(Speech speech)
    {
        await using var silent = await small.LoginAsync(speech);
        await using var alive = await small.LoginAsync(speech);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
        var began = TimeProvider.System.GetTimestamp();
        while (!silent.Closed.IsCompleted && TimeProvider.System.GetElapsedTime(began) < Wait.Limit)
        {
            await alive.SendAsync(new Packet(0x0202, [], alive.SessionId)); // an ack, which is answered by nothing
            await timer.WaitForNextTickAsync();
        }
        await silent.ExpectClosedAsync();
        Assert.InRange(TimeProvider.System.GetElapsedTime(began).TotalSeconds, SmallListendServer.IdleSeconds - 3, 60);
        await alive.PingAsync();
        if (speech == Speech.WebSocket)
            Assert.InRange(silent.Pings, 2, 100); // of the WebSocket; to answer them is no traffic of the client's own
    }
}
