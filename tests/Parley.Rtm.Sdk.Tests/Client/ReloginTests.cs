using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;
using Parley.Rtm.Client.Connecting;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>What the client does when a connection ends (rtm-client.md §2.2, §2.3, §9.5).</summary>
public sealed class ReloginTests : ClientFixture
{
    [Theory]
    [InlineData(0.0, new[] { 0.0, 0, 0, 1, 2, 4, 8, 8, 8 })]
    [InlineData(1.0, new[] { 0.0, 0, 0, 0.5, 1, 2, 4, 4, 4 })]
    public void Delays_are_none_three_times_then_grow_to_eight_seconds_less_what_chance_takes(double chance, double[] seconds)
    {
        var delays = new ReloginDelays(() => chance);
        Assert.Equal(seconds, seconds.Select(_ => delays.Next().TotalSeconds));
        delays.Reset();
        Assert.Equal(TimeSpan.Zero, delays.Next());
        for (var i = 0; i < 100; i++)
            Assert.InRange(delays.Next().TotalSeconds, 0, 8);
    }

    [Fact]
    public async Task A_lost_connection_is_followed_by_a_login_with_the_same_token()
    {
        var (client, connection) = await LoginAsync();
        var states = StatesOf(client);
        connection.Close();
        await ExpectAsync(states, RtmClientState.Reconnecting, RtmClientState.Online);
        Assert.Equal(2, Gate.CountOf("auth"));
        Assert.Equal("T0", Gate.LastOf("auth").Body.Text("token"));
    }

    [Fact]
    public async Task Three_tries_come_at_once_and_the_fourth_only_with_time()
    {
        var (client, connection) = await LoginAsync();
        Gate.On("auth", (c, quest) => c.FailAsync(quest, RtmErrorCode.FrequencyLimited));
        connection.Close();
        await Wait.Until(() => Gate.CountOf("auth") == 4, "three more tries");
        // the clock stands still: a fourth try can only come with time
        Assert.Equal(RtmClientState.Reconnecting, client.State);
        await PassUntilAsync(() => Gate.CountOf("auth") == 5, "a try after a while");
        Gate.On("auth", (c, quest) => c.AnswerAsync(quest, ("ok", true)));
        await PassUntilAsync(() => client.State == RtmClientState.Online, "the login");
    }

    [Theory]
    [InlineData(200001)]
    [InlineData(200002)]
    [InlineData(200021)]
    [InlineData(200024)]
    [InlineData(200025)]
    [InlineData(200026)]
    [InlineData(200027)]
    [InlineData(200049)]
    [InlineData(20013)]
    public async Task A_code_of_the_stop_list_ends_it(int code)
    {
        var (client, connection) = await LoginAsync();
        var states = StatesOf(client);
        Gate.On("auth", (c, quest) => c.FailAsync(quest, code));
        connection.Close();
        await ExpectAsync(states, RtmClientState.Reconnecting, RtmClientState.Closed);
        Assert.Equal(RtmEnd.Refused, client.End);
        Assert.Equal(2, Gate.CountOf("auth"));
        Assert.Equal(20012, (await Assert.ThrowsAsync<RtmException>(() => client.GetFriendsAsync())).Code);
    }

    [Fact]
    public async Task A_token_that_is_no_longer_accepted_ends_it()
    {
        var (client, connection) = await LoginAsync();
        var states = StatesOf(client);
        Gate.On("auth", (c, quest) => c.AnswerAsync(quest, ("ok", false)));
        connection.Close();
        await ExpectAsync(states, RtmClientState.Reconnecting, RtmClientState.Closed);
        Assert.Equal(RtmEnd.Refused, client.End);
    }

    [Fact]
    public async Task After_kickout_the_client_does_not_come_back_and_tells_so()
    {
        var handler = new RecordingHandler();
        var (client, connection) = await LoginAsync(handler: handler);
        var states = StatesOf(client);
        await connection.TellAsync("kickout");
        await ExpectAsync(states, RtmClientState.Closed);
        Assert.Equal(RtmEnd.KickedOut, client.End);
        Assert.IsType<RtmKickedOutPush>(await handler.NextAsync());
        await Wait.For(connection.Closed, "the client to close");
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Gate.Connections);
        await client.ConnectAsync();
        Assert.Equal(RtmClientState.Online, client.State);
    }

    [Fact]
    public async Task A_kickout_that_is_followed_by_the_end_at_once_is_still_a_kickout()
    {
        var (client, connection) = await LoginAsync();
        var states = StatesOf(client);
        await connection.TellAsync("kickout");
        connection.Close();
        await ExpectAsync(states, RtmClientState.Closed);
        Assert.Equal(RtmEnd.KickedOut, client.End);
    }

    [Fact]
    public async Task Closing_says_bye_and_stays_closed()
    {
        var (client, connection) = await LoginAsync();
        await Wait.For(client.CloseAsync(), "closing");
        Assert.Equal(1, Gate.CountOf("bye"));
        Assert.Equal(RtmClientState.Closed, client.State);
        Assert.Equal(RtmEnd.Bye, client.End);
        await Wait.For(connection.Closed, "the connection to end");
        Time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(1, Gate.Connections);
    }

    [Fact]
    public async Task Closing_while_it_waits_to_log_in_again_ends_the_waiting()
    {
        var (client, connection) = await LoginAsync();
        Gate.On("auth", (c, quest) => c.FailAsync(quest, RtmErrorCode.FrequencyLimited));
        connection.Close();
        await Wait.Until(() => Gate.CountOf("auth") == 4, "three more tries");
        await Wait.For(client.CloseAsync(), "closing");
        Assert.Equal(RtmEnd.Bye, client.End);
    }

    [Fact]
    public async Task The_client_pings_every_20_seconds()
    {
        Gate.On("getfriends", (c, quest) => c.AnswerAsync(quest, ("uids", Array.Empty<long>())));
        var (client, _) = await LoginAsync();
        for (var second = 1; second <= 200; second++)
        {
            Time.Advance(TimeSpan.FromSeconds(1));
            await client.GetAsync(); // both directions are empty now
            Assert.True(Gate.CountOf("ping") <= second / 20, $"{Gate.CountOf("ping")} pings after {second} s");
        }
        Assert.InRange(Gate.CountOf("ping"), 8, 10); // a ping may be a step late, because the clock does not wait for the client
        Assert.Equal(1, Gate.Connections);
        Assert.Equal(RtmClientState.Online, client.State);
    }

    [Fact]
    public async Task Sixty_seconds_without_a_package_are_the_end_of_a_connection()
    {
        Gate.On("ping", (_, _) => Task.CompletedTask);
        var (client, connection) = await LoginAsync();
        var states = StatesOf(client);
        var start = Time.GetTimestamp();
        await PassUntilAsync(() => connection.Closed.IsCompleted, "the end of the connection", stepSeconds: 1);
        Assert.InRange(Time.GetElapsedTime(start).TotalSeconds, 60, 120);
        await ExpectAsync(states, RtmClientState.Reconnecting, RtmClientState.Online);
        Assert.Equal(2, Gate.CountOf("auth"));
        Assert.InRange(Gate.CountOf("ping"), 1, 6);
    }

    [Fact]
    public async Task The_gates_own_ping_is_answered_and_is_life()
    {
        Gate.On("ping", (_, _) => Task.CompletedTask);
        var (_, connection) = await LoginAsync();
        for (var i = 0; i < 4; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(30));
            Assert.False((await connection.PushAsync("ping")).IsError);
        }
        Assert.Equal(1, Gate.Connections);
    }

    [Fact]
    public async Task Rooms_are_entered_again_but_not_those_that_were_left_or_lost()
    {
        foreach (var method in new[] { "enterroom", "leaveroom" })
            Gate.On(method, (c, quest) => c.AnswerAsync(quest));
        var handler = new RecordingHandler();
        var (client, connection) = await LoginAsync(handler: handler);
        foreach (var room in new long[] { 1, 2, 3 })
            await client.EnterRoomAsync(room);
        await client.LeaveRoomAsync(1);
        await connection.TellAsync("kickoutroom", ("rid", 2));
        Assert.Equal(2, Assert.IsType<RtmKickedOutOfRoomPush>(await handler.NextAsync()).RoomId);
        var states = StatesOf(client);
        connection.Close();
        await ExpectAsync(states, RtmClientState.Reconnecting, RtmClientState.Online);
        Assert.Equal([1, 2, 3, 3], Gate.Quests.Where(quest => quest.Method == "enterroom").Select(quest => quest.Body.Int("rid")));
    }

    [Fact]
    public async Task A_quest_waits_for_the_next_login()
    {
        var (client, connection) = await LoginAsync();
        var hold = new TaskCompletionSource();
        Gate.On("auth", async (c, quest) =>
        {
            await hold.Task;
            await c.AnswerAsync(quest, ("ok", true));
        });
        Gate.On("getfriends", (c, quest) => c.AnswerAsync(quest, ("uids", new[] { 7L })));
        var states = StatesOf(client);
        connection.Close();
        await ExpectAsync(states, RtmClientState.Reconnecting);
        var asked = client.GetFriendsAsync();
        Assert.False(asked.IsCompleted);
        hold.SetResult();
        Assert.Equal([7], await Wait.For(asked, "the answer"));
    }

    [Fact]
    public async Task A_listener_that_throws_harms_nobody()
    {
        var (client, connection) = await LoginAsync();
        client.StateChanged += (_, _) => throw new InvalidOperationException("listener");
        var states = StatesOf(client);
        connection.Close();
        await Wait.Until(() => Gate.CountOf("auth") == 2 && client.State == RtmClientState.Online, "the next login");
        Assert.NotNull(states);
    }
}

internal static class Trips
{
    /// <summary>One quest and its answer.</summary>
    public static Task GetAsync(this RtmClient client) => Wait.For(client.GetFriendsAsync(), "an answer");
}
