using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>Dispatch, login and connection through the SDK (rtm-client.md §2, §3, §10.1).</summary>
public sealed class SessionSdkTests(SdkServer server)
{
    [Fact]
    [CoversBySdk("which", "whichall", "auth")]
    public async Task Dispatch_leads_to_the_gate()
    {
        var dispatch = server.Process.Endpoints["RtmDispatch"].ToString();
        var options = new RtmClientOptions { Dispatch = dispatch };
        Assert.Equal(server.Gate.ToString(), await RtmDispatch.WhichAsync(options));
        Assert.Equal([server.Gate.ToString()], await RtmDispatch.WhichAllAsync(options));
        await using var user = await server.LoginAsync(change: o => o with { Gate = null, Dispatch = dispatch });
        Assert.Equal(RtmClientState.Online, user.Client.State);
    }

    [Fact]
    [CoversBySdk("auth")]
    public async Task A_login_that_is_refused_says_why()
    {
        await using var wrong = new RtmClient(server.OptionsOf(server.NewUser()) with { Token = "wrong" });
        await Expect.CodeAsync(200027, () => wrong.ConnectAsync());
        await using var admin = new RtmClient(server.OptionsOf(SdkServer.Admin));
        await Expect.CodeAsync(200025, () => admin.ConnectAsync());
        await using var stranger = new RtmClient(server.OptionsOf(server.NewUser(), pid: 999_999));
        await Expect.CodeAsync(200001, () => stranger.ConnectAsync());
    }

    [Fact]
    [CoversBySdk("ping", "bye")]
    public async Task A_user_pings_leaves_and_comes_back()
    {
        await using var user = await server.LoginAsync();
        await using var other = await server.LoginAsync();
        Assert.InRange(await user.Client.PingAsync(), TimeSpan.Zero, Wait.Limit);
        Assert.Equal([user.Id], await other.Client.GetOnlineUsersAsync([user.Id]));
        await Wait.For(user.Client.CloseAsync(), "bye");
        Assert.Equal(RtmEnd.Bye, user.Client.End);
        await Wait.Until(async () => (await other.Client.GetOnlineUsersAsync([user.Id])).Count == 0, "the user is offline");
        await user.Client.ConnectAsync();
        Assert.Equal([user.Id], await other.Client.GetOnlineUsersAsync([user.Id]));
    }

    [Fact]
    [CoversBySdk("addvariables", "adddebuglog")]
    public async Task Variables_and_debug_lines_are_taken_up_to_their_limits()
    {
        await using var user = await server.LoginAsync();
        await user.Client.AddVariablesAsync(new Dictionary<string, string> { ["a"] = "b" });
        await Expect.CodeAsync(200030, () => user.Client.AddVariablesAsync(new Dictionary<string, string> { ["a"] = new('x', 2048) }));
        await user.Client.AddDebugLogAsync("hello", "{}");
        await Expect.CodeAsync(200030, () => user.Client.AddDebugLogAsync(new('x', 20_481)));
    }

    [Fact]
    [CoversBySdk("addattrs", "getattrs", "kickout")]
    public async Task Connections_see_each_other_and_one_ends_the_other()
    {
        var uid = server.NewUser();
        uid = SdkServer.FirstUser + (uid % 20);
        await using var phone = await server.LoginAsync(uid, SdkServer.MultiLogin, o => o with
        {
            Attributes = new Dictionary<string, string> { ["device"] = "phone" },
        });
        await using var desk = await server.LoginAsync(uid, SdkServer.MultiLogin);
        await desk.Client.AddAttributesAsync(new Dictionary<string, string> { ["device"] = "desk" });
        var connections = await desk.Client.GetConnectionsAsync();
        Assert.Equal(2, connections.Count);
        var (mine, other) = (connections.Single(c => c.IsThis), connections.Single(c => !c.IsThis));
        Assert.Equal(("desk", "phone"), (mine.Attributes["device"], other.Attributes["device"]));
        Assert.InRange(other.LoginTime!.Value, TimeProvider.System.GetUtcNow() - TimeSpan.FromMinutes(5), TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1));

        await Expect.CodeAsync(200012, () => desk.Client.KickOutAsync(mine.Endpoint));
        await desk.Client.KickOutAsync(other.Endpoint);
        await phone.NextAsync<RtmKickedOutPush>();
        await Wait.Until(() => phone.Client.State == RtmClientState.Closed, "the phone is out");
        Assert.Equal(RtmEnd.KickedOut, phone.Client.End);
        Assert.Single(await desk.Client.GetConnectionsAsync());
    }

    [Fact]
    [CoversBySdk("kickout")]
    public async Task A_second_login_replaces_the_first_where_only_one_is_allowed()
    {
        await using var first = await server.LoginAsync();
        await Expect.CodeAsync(200020, () => first.Client.KickOutAsync("127.0.0.1:1"));
        await using var second = await server.LoginAsync(first.Id);
        await first.NextAsync<RtmKickedOutPush>();
        await Wait.Until(() => first.Client.State == RtmClientState.Closed, "the first is out");
        Assert.Equal(RtmClientState.Online, second.Client.State);
    }

    [Fact]
    [CoversBySdk("auth", "enterroom", "sendmsg", "pushmsg")]
    public async Task After_a_crash_of_the_server_everybody_comes_back_and_nothing_is_said_twice()
    {
        var process = await RtmServer.StartAsync(SdkServer.SeedAsync);
        try
        {
            var options = new RtmClientOptions { Gate = process.Endpoints["RtmClient"].ToString(), ProjectId = SdkServer.Pid };
            await using var ann = new SdkUser(options with { UserId = SdkServer.FirstUser, Token = Seed.TokenOf(SdkServer.FirstUser) });
            await using var ben = new SdkUser(options with { UserId = SdkServer.FirstUser + 1, Token = Seed.TokenOf(SdkServer.FirstUser + 1) });
            await ann.Client.ConnectAsync();
            await ben.Client.ConnectAsync();
            await ann.Client.EnterRoomAsync(5);
            process.Kill();
            await Wait.Until(() => ann.Client.State == RtmClientState.Reconnecting && ben.Client.State == RtmClientState.Reconnecting, "the loss is noticed");
            var sending = ann.Client.SendToUserAsync(ben.Id, "over the gap", TimeSpan.FromSeconds(30));
            await process.RestartAsync(samePorts: true);
            await Wait.Until(() => ben.Client.State == RtmClientState.Online, "the other user is back");
            var sent = await Wait.For(sending, "the message");
            Assert.NotNull(sent.Time);
            Assert.Equal(sent.MessageId, Assert.Single((await ben.Client.GetWindowAsync(ann.Conversation)).Messages).MessageId);
            Assert.Equal([5], await ann.Client.GetRoomsAsync());
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }
}
