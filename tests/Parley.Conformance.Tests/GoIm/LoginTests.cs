using System.Text;
using Parley.Conformance.Tests.Support;

namespace Parley.Conformance.Tests.GoIm;

/// <summary>Coming, staying, going (goim-json §4, §5.1, §7 GI-002, GI-003, GI-006, §8, §11).</summary>
public sealed class LoginTests(GoImServer server, SmallGoImServer small)
{
    public static TheoryData<string, int> Commands => new()
    {
        { "send_logout", 0 }, { "send_ping", 0 }, { "send_list_topic", 0 }, { "send_view_friends", 0 },
        { "send_create_topic", 1 }, { "send_join_topic", 1 }, { "send_leave_topic", 1 }, { "send_topic_members_list", 1 },
        { "send_add_friend", 1 }, { "send_del_friend", 1 },
        { "send_message_p2p", 2 }, { "send_notify_p2p", 2 }, { "send_message_topic", 2 }, { "send_notify_topic", 2 },
        { "send_ask", 2 }, { "send_react", 2 },
    };

    [Theory]
    [MemberData(nameof(Commands))]
    [CoversGoIm("You have not landed.", "There is not enough arguments.")]
    public async Task GI_003_to_GI_023_Who_has_not_logged_in_is_told_so_first_and_then_what_is_missing(string command, int arguments)
    {
        await using var peer = await server.ConnectAsync();
        string[] full = [.. Enumerable.Repeat("x", arguments)];
        for (var count = 0; count <= arguments; count++)
            await peer.FailAsync("You have not landed.", command, full[..count]);
        await peer.OkAsync("send_client_id", GoImServer.NewId("late")); // the connection stayed open
        for (var count = 0; count < arguments; count++)
            await peer.FailAsync("There is not enough arguments.", command, full[..count]);
        for (var empty = 0; empty < arguments; empty++)
        {
            if (empty == 0 && (command.Contains("message", StringComparison.Ordinal) || command.Contains("notify", StringComparison.Ordinal)))
                continue; // content may be empty
            await peer.FailAsync("There is not enough arguments.", command, [.. full.Select((text, i) => i == empty ? "" : text)]);
        }
    }

    [Fact]
    [CoversGoIm("GI-005", "GI-013", "GI-018")]
    public async Task GI_005_GI_013_GI_018_Acknowledgements_are_never_answered_also_without_a_login()
    {
        await using var peer = await server.ConnectAsync();
        for (var i = 0; i < 2; i++)
        {
            foreach (var command in new[] { "p2p_ack", "topic_ack", "ask_ack" })
            {
                await peer.SendAsync(command);
                await peer.SendAsync(command, "");
                await peer.SendAsync(command, "garbage");
                await peer.SendAsync(command, Guid.NewGuid().ToString());
                await peer.SendJsonAsync($$"""{"cmd":"{{command}}","ok":true,"msg":"","obj":["{{Guid.Empty}}"]}""");
            }
            await peer.AskAsync("send_ping"); // the next answer is this one
            if (i == 0)
                await peer.OkAsync("send_client_id", GoImServer.NewId("acker"));
        }
    }

    [Theory]
    [CoversGoIm("GI-002", "There is not enough arguments.")]
    [InlineData("[]")]
    [InlineData("null")]
    [InlineData("[\"\"]")]
    [InlineData("[null]")]
    public async Task GI_002_Without_an_id_nobody_comes_in(string obj)
    {
        await using var peer = await server.ConnectAsync();
        await peer.SendJsonAsync($$"""{"cmd":"send_client_id","obj":{{obj}},"repo":1}""");
        var answer = await peer.NextAnswerAsync();
        Assert.Equal(("resp_client_id", false, "There is not enough arguments."), (answer.Command, answer.Ok, answer.Text));
        await peer.ExpectClosedAsync();
    }

    [Fact]
    [CoversGoIm("GI-002", "error.")]
    public async Task GI_002_An_id_has_at_most_128_bytes_and_they_are_bytes_not_letters()
    {
        foreach (var id in new[] { GoImServer.NewId(new string('x', 110)).PadRight(128, 'y'), GoImServer.NewId("").PadRight(64, 'z') + new string('ü', 32) })
        {
            Assert.Equal(128, Encoding.UTF8.GetByteCount(id));
            await using var good = await server.ReturnAsync(id);
            await good.DoneAsync("send_message_p2p", "to myself", id);
            await good.NextPushAsync("receive_message_p2p", "to myself", id);
            await using var bad = await server.ConnectAsync();
            await bad.FailAsync("error.", "send_client_id", id + "x");
            await bad.ExpectClosedAsync();
        }
    }

    [Fact]
    [CoversGoIm("GI-002")]
    public async Task GI_002_Ids_are_opaque_and_case_sensitive()
    {
        var id = GoImServer.NewId("Case");
        await using var one = await server.ReturnAsync(id);
        await using var other = await server.ReturnAsync(id.ToUpperInvariant());
        await using var third = await server.ReturnAsync(id + " \t{\"'\\\n😀");
        await one.DoneAsync("send_message_p2p", "hello", third.Id);
        await third.NextPushAsync("receive_message_p2p", "hello", id);
        await third.DoneAsync("send_message_p2p", "hello you", other.Id);
        await other.NextPushAsync("receive_message_p2p", "hello you", third.Id);
        await one.ExpectNoPushAsync();
    }

    [Fact]
    [CoversGoIm("GI-002", "The user is logged")]
    public async Task GI_002_A_second_login_on_one_connection_is_refused_and_changes_nothing()
    {
        await using var peer = await server.LoginAsync();
        var other = GoImServer.NewId("other");
        await peer.FailAsync("The user is logged", "send_client_id", peer.Id);
        await peer.FailAsync("The user is logged", "send_client_id", other);
        await peer.FailAsync("Not exists client", "send_message_p2p", "x", other);
        await peer.DoneAsync("send_message_p2p", "x", peer.Id);
        await peer.NextPushAsync("receive_message_p2p", "x", peer.Id);
    }

    [Fact]
    [CoversGoIm("GI-002", "You have to re-login.")]
    public async Task GI_002_A_login_from_elsewhere_wins_and_the_old_connection_is_told_and_closed()
    {
        var watcher = await server.LoginAsync("watcher");
        var peer = await server.LoginAsync("moving");
        await watcher.OkAsync("send_add_friend", peer.Id);
        for (var i = 0; i < 3; i++)
        {
            var next = await server.ReturnAsync(peer.Id);
            await peer.ExpectReplacedAsync();
            await peer.DisposeAsync();
            peer = next;
            // the end of the old connection does not make the user offline
            Assert.Equal([$$"""[{"client":"{{peer.Id}}","alive":true}]"""], await watcher.OkAsync("send_view_friends"));
            await watcher.DoneAsync("send_message_p2p", $"round {i}", peer.Id);
            await peer.NextPushAsync("receive_message_p2p", $"round {i}", watcher.Id);
        }
        await peer.DisposeAsync();
        await watcher.DisposeAsync();
    }

    [Fact]
    [CoversGoIm("GI-002", "You have to re-login.")]
    public async Task GI_002_What_the_old_connection_did_not_acknowledge_goes_to_the_new_one_and_its_last_word_is_the_farewell()
    {
        await using var sender = await server.LoginAsync("sender");
        await using var old = await server.LoginAsync("torn", acknowledges: false);
        for (var i = 0; i < 150; i++) // more than the window holds
            await sender.SendAsync("send_message_p2p", i.ToString(), old.Id);
        var first = await old.NextPushAsync("receive_message_p2p", "0", sender.Id);
        await using var fresh = await server.ReturnAsync(old.Id);
        await Wait.For(old.Closed, "the old connection to be closed");
        await old.ExpectReplacedAsync();
        var again = await fresh.NextPushAsync("receive_message_p2p", "0", sender.Id);
        Assert.Equal(first.Obj, again.Obj);
        for (var i = 1; i < 150; i++)
            await fresh.NextPushAsync("receive_message_p2p", i.ToString());
    }

    [Fact]
    [CoversGoIm("GI-002")]
    public async Task GI_002_Many_logins_of_one_user_at_once_leave_one_connection()
    {
        var id = GoImServer.NewId("contested");
        var peers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => server.ConnectAsync()));
        foreach (var peer in peers)
            await peer.SendAsync("send_client_id", id);
        foreach (var peer in peers)
            Assert.Equal("resp_client_id", (await peer.NextAnswerAsync()).Command); // the first word, also where the next is the farewell
        await Wait.Until(() => peers.Count(peer => !peer.Closed.IsCompleted) == 1, "all but one are closed");
        var left = peers.Single(peer => !peer.Closed.IsCompleted);
        await left.OkAsync("send_message_p2p", "alone", id);
        await left.NextPushAsync("receive_message_p2p", "alone", id);
        foreach (var peer in peers)
            await peer.DisposeAsync();
    }

    [Fact]
    [CoversGoIm("GI-003")]
    public async Task GI_003_Logout_is_answered_and_the_end_of_everything()
    {
        await using var watcher = await server.LoginAsync("watcher");
        await using var peer = await server.LoginAsync("leaver", acknowledges: false);
        await watcher.OkAsync("send_add_friend", peer.Id);
        await watcher.DoneAsync("send_message_p2p", "unacknowledged", peer.Id);
        await peer.NextPushAsync("receive_message_p2p", "unacknowledged");
        await peer.SendAsync([.. GoImPeer.Frame(GoImPeer.Request("send_logout")), .. GoImPeer.Frame(GoImPeer.Request("send_message_p2p", "late", watcher.Id)), .. GoImPeer.Frame("garbage")]);
        var answer = await peer.NextAnswerAsync();
        Assert.Equal(("resp_logout", true, ""), (answer.Command, answer.Ok, answer.Text));
        Assert.Empty(answer.Obj);
        Assert.Equal([$$"""[{"client":"{{peer.Id}}","alive":false}]"""], await watcher.OkAsync("send_view_friends")); // at once
        await peer.ExpectClosedAsync();
        await watcher.ExpectNoPushAsync();
        await using var back = await server.ReturnAsync(peer.Id);
        await back.NextPushAsync("receive_message_p2p", "unacknowledged", watcher.Id);
    }

    [Fact]
    [CoversGoIm("GI-003")]
    public async Task GI_003_The_answer_to_logout_arrives_and_is_the_last_word_whatever_is_under_way()
    {
        await using var sender = await server.LoginAsync("sender");
        for (var round = 0; round < 20; round++)
        {
            await using var peer = await server.LoginAsync("leaver", acknowledges: false);
            for (var i = 0; i < 20; i++)
                await sender.SendAsync("send_message_p2p", $"{i}", peer.Id);
            await peer.NextPushAsync();
            string? last = null;
            peer.OnPush = push => last = push.Raw;
            await peer.SendAsync("send_logout");
            for (var i = 0; i < 3 && !peer.Closed.IsCompleted; i++)
            {
                try
                {
                    await peer.SendAsync("send_list_topic");
                }
                catch (IOException)
                {
                    break;
                }
            }
            Assert.Equal("resp_logout", (await peer.NextAnswerAsync()).Command);
            await peer.ExpectClosedAsync();
        }
    }

    [Fact]
    [CoversGoIm("GI-006")]
    public async Task GI_006_A_pong_is_a_whole_envelope_and_answers_come_in_the_order_of_the_requests()
    {
        await using var peer = await server.LoginAsync();
        var requests = new List<byte>();
        string[] commands = ["send_message_p2p", "send_ping", "send_list_topic", "send_ping", "nonsense", "send_view_friends"];
        for (var i = 0; i < 60; i++)
        {
            var command = commands[i % commands.Length];
            string[] arguments = command == "send_message_p2p" ? ["x", peer.Id] : [];
            requests.AddRange(GoImPeer.Frame(GoImPeer.Request(command, i.ToString(), arguments)));
        }
        await peer.SendAsync(requests.ToArray());
        for (var i = 0; i < 60; i++)
        {
            var answer = await peer.NextAnswerAsync();
            Assert.Equal((GoImPeer.ResponseTo(commands[i % commands.Length]), i.ToString()), (answer.Command, answer.Repo));
        }
    }

    [Fact]
    [CoversGoIm("GI-002")]
    public async Task GI_002_Who_does_not_log_in_in_time_is_closed_in_silence()
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var quiet = await small.ConnectAsync();
        await using var busy = await small.ConnectAsync();
        await using var inTime = await small.LoginAsync();
        while (!busy.Closed.IsCompleted && TimeProvider.System.GetElapsedTime(began) < Wait.Limit)
        {
            try
            {
                await busy.FailAsync("You have not landed.", "send_ping");
            }
            catch (IOException)
            {
                break;
            }
        }
        await quiet.ExpectClosedAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds > SmallGoImServer.LoginSeconds - 0.1);
        await inTime.OkAsync("send_ping");
    }

    [Fact]
    [CoversGoIm("GI-006")]
    public async Task GI_006_Who_sends_nothing_for_long_is_offline_and_any_frame_counts()
    {
        var began = TimeProvider.System.GetTimestamp();
        await using var quiet = await small.LoginAsync("quiet");
        await using var alive = await small.LoginAsync("alive");
        await alive.OkAsync("send_add_friend", quiet.Id);
        using var timer = new PeriodicTimer(TimeSpan.FromSeconds(3), TimeProvider.System);
        while (!quiet.Closed.IsCompleted && TimeProvider.System.GetElapsedTime(began) < Wait.Limit)
        {
            await timer.WaitForNextTickAsync();
            await alive.SendAsync(new byte[2]); // an empty frame
        }
        await quiet.ExpectClosedAsync();
        Assert.True(TimeProvider.System.GetElapsedTime(began).TotalSeconds > SmallGoImServer.IdleSeconds - 0.1);
        Assert.Contains("\"alive\":false", (await alive.OkAsync("send_view_friends"))[0], StringComparison.Ordinal);
    }

    [Theory]
    [CoversGoIm("GI-014")]
    [InlineData(true)]
    [InlineData(false)]
    public async Task GI_014_The_end_of_a_connection_makes_a_user_offline_at_once(bool isReset)
    {
        await using var watcher = await server.LoginAsync("watcher");
        var peer = await server.LoginAsync("gone");
        await watcher.OkAsync("send_add_friend", peer.Id);
        if (isReset)
            peer.Reset();
        else
            peer.HalfClose();
        await Wait.Until(
            async () => (await watcher.OkAsync("send_view_friends"))[0].Contains("\"alive\":false", StringComparison.Ordinal), "offline",
            TimeSpan.FromSeconds(40)); // long before it is idle for too long
        await peer.DisposeAsync();
    }
}
