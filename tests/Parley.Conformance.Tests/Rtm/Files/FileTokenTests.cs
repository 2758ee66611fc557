using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary><c>filetoken</c> on both gates: parameters and refusals (rtm-client.md §4.16, rtm-server.md §5.1).</summary>
public sealed class FileTokenTests(FileServer server)
{
    [Theory]
    [InlineData("sendfile", "to")]
    [InlineData("sendgroupfile", "gid")]
    [InlineData("sendroomfile", "rid")]
    public async Task The_receiver_of_the_command_is_needed(string command, string key)
    {
        await using var sender = await server.LoginAsync();
        await using var backEnd = await server.BackEndAsync();
        await sender.FailAsync(10009, "filetoken", ("cmd", command));
        await sender.FailAsync(10009, "filetoken", ("cmd", command), (key, null));
        await sender.FailAsync(10010, "filetoken", ("cmd", command), (key, "x"));
        await sender.FailAsync(200001, "filetoken", ("cmd", command), (key, 0));
        await sender.FailAsync(200001, "filetoken", ("cmd", command), (key, 9_000_000_000_999_999));
        await backEnd.FailAsync(10009, "filetoken", ("from", 5), ("cmd", command));
        await backEnd.FailAsync(10009, "filetoken", ("cmd", command), (key, 6));
        await backEnd.FailAsync(200001, "filetoken", ("from", 0), ("cmd", command), (key, 6));
    }

    [Fact]
    [Covers("filetoken")]
    [CoversServer("filetoken")]
    public async Task The_command_must_be_one_of_the_gate()
    {
        await using var sender = await server.LoginAsync();
        await using var backEnd = await server.BackEndAsync();
        await sender.FailAsync(10009, "filetoken", ("to", 5));
        await sender.FailAsync(10010, "filetoken", ("cmd", 5), ("to", 5));
        await sender.FailAsync(200020, "filetoken", ("cmd", ""), ("to", 5));
        await sender.FailAsync(200020, "filetoken", ("cmd", "sendmsg"), ("to", 5));
        await sender.FailAsync(200020, "filetoken", ("cmd", "broadcastfile"));
        await backEnd.FailAsync(200020, "filetoken", ("from", 5), ("cmd", "uploadfile"), ("to", 6));
        await backEnd.FailAsync(200026, "filetoken", ("from", 5), ("cmd", "broadcastfile"));
        Assert.Equal(["token", "endpoint"], (await backEnd.OkAsync("filetoken", ("from", FileServer.Admin), ("cmd", "broadcastfile"))).Keys);
    }

    [Fact]
    public async Task A_token_needs_a_login()
    {
        await using var stranger = await RtmPeer.ConnectAsync(server.Process.Endpoints["RtmClient"]);
        await stranger.FailAsync(200022, "filetoken", ("cmd", "sendfile"), ("to", 5));
    }

    [Fact]
    public async Task The_list_of_receivers_has_its_limits()
    {
        await using var sender = await server.LoginAsync();
        await sender.FailAsync(10009, "filetoken", ("cmd", "sendfiles"), ("to", 5));
        await sender.FailAsync(10010, "filetoken", ("cmd", "sendfiles"), ("tos", "5"));
        await sender.FailAsync(200033, "filetoken", ("cmd", "sendfiles"), ("tos", Array.Empty<long>()));
        await sender.FailAsync(200052, "filetoken", ("cmd", "sendfiles"), ("tos", new[] { sender.UserId }));
        await sender.FailAsync(200032, "filetoken", ("cmd", "sendfiles"), ("tos", Enumerable.Range(1, 2001).ToArray()));
        await sender.OkAsync("filetoken", ("cmd", "sendfiles"), ("tos", Enumerable.Range(1, 2000).ToArray()));
        await using var small = await server.LoginAsync(pid: FileServer.Small);
        await small.FailAsync(200032, "filetoken", ("cmd", "sendfiles"), ("tos", new[] { 1, 2, 3, 4 }));
        await small.OkAsync("filetoken", ("cmd", "sendfiles"), ("tos", new[] { 1, 2, 3 }));
    }

    [Fact]
    public async Task Relations_are_checked_when_the_token_is_asked_for()
    {
        await using var sender = await server.LoginAsync();
        await sender.FailAsync(200052, "filetoken", ("cmd", "sendfile"), ("to", sender.UserId));
        await sender.FailAsync(200041, "filetoken", ("cmd", "sendgroupfile"), ("gid", server.NewPlace()));
        await sender.FailAsync(200040, "filetoken", ("cmd", "sendroomfile"), ("rid", server.NewPlace()));

        await using var lonely = await server.LoginAsync(pid: FileServer.FriendsOnly);
        await lonely.FailAsync(200043, "filetoken", ("cmd", "sendfile"), ("to", FileServer.FirstUser + 590));
        await lonely.FailAsync(200043, "filetoken", ("cmd", "sendfiles"), ("tos", new[] { FileServer.FirstUser + 590, 1 }));
        await using var friend = await server.LoginAsync(uid: FileServer.FirstUser + 591, pid: FileServer.FriendsOnly);
        await friend.OkAsync("filetoken", ("cmd", "sendfile"), ("to", FileServer.FirstUser + 590));
        await friend.OkAsync("filetoken", ("cmd", "sendfiles"), ("tos", new[] { 1, FileServer.FirstUser + 590 }));

        await using var ben = await server.LoginAsync();
        await ben.DoneAsync("addblacks", ("blacks", new[] { sender.UserId }));
        await sender.FailAsync(200049, "filetoken", ("cmd", "sendfile"), ("to", ben.UserId));
    }

    [Fact]
    public async Task Bans_are_checked_when_the_token_is_asked_for()
    {
        await using var gagged = await server.LoginAsync(uid: FileServer.Gagged);
        await gagged.DoneAsync("enterroom", ("rid", FileServer.GagRoom));
        await gagged.FailAsync(200044, "filetoken", ("cmd", "sendgroupfile"), ("gid", FileServer.GagGroup));
        await gagged.FailAsync(200045, "filetoken", ("cmd", "sendroomfile"), ("rid", FileServer.GagRoom));
        await using var backEnd = await server.BackEndAsync();
        await backEnd.FailAsync(200044, "filetoken", ("from", FileServer.Gagged), ("cmd", "sendgroupfile"), ("gid", FileServer.GagGroup));
        await backEnd.FailAsync(200046, "filetoken", ("from", FileServer.Admin), ("cmd", "sendgroupfile"), ("gid", server.NewPlace()));
        await backEnd.OkAsync("filetoken", ("from", FileServer.Admin), ("cmd", "sendgroupfile"), ("gid", FileServer.GagGroup));
    }

    [Fact]
    public async Task Friends_only_does_not_hold_for_back_ends()
    {
        await using var backEnd = await server.BackEndAsync(FileServer.FriendsOnly);
        await backEnd.OkAsync("filetoken", ("from", 5), ("cmd", "sendfile"), ("to", 6));
    }

    [Fact]
    public async Task Files_have_a_pace_of_their_own_in_the_project()
    {
        await using var backEnd = await server.BackEndAsync(FileServer.Paced);
        await using var sender = await server.LoginAsync(pid: FileServer.Paced);
        var asked = new List<Task<Package>>();
        for (var i = 0; i < 40; i++)
            asked.Add(await sender.BeginAsync("filetoken", Pack.Map(("cmd", "sendfile"), ("to", 5))));
        var answers = await Wait.For(Task.WhenAll(asked), "the answers");
        Assert.False(answers[0].IsError);
        Assert.False(answers[1].IsError);
        Assert.Contains(answers, answer => answer.IsError && answer.Body.Int("code") == 200010);
        await Wait.Until(
            async () => !(await sender.AskAsync("filetoken", ("cmd", "sendfile"), ("to", 5))).IsError, "a token is to be had again");
    }

    [Fact]
    public async Task Without_the_door_there_are_no_tokens()
    {
        var process = await RtmServer.StartAsync(FileServer.SeedAsync, new Dictionary<string, string> { ["Endpoints:RtmFile"] = "" });
        try
        {
            await using var peer = await RtmPeer.ConnectAsync(process.Endpoints["RtmClient"]);
            await RtmServer.AuthAsync(peer, Profile.G1, FileServer.FirstUser, FileServer.Pid);
            await peer.FailAsync(200060, "filetoken", ("cmd", "sendfile"), ("to", 5));
            await using var backEnd = await BackEnd.ConnectAsync(process.Endpoints["RtmServer"], FileServer.Pid);
            await backEnd.FailAsync(200060, "filetoken", ("from", 5), ("cmd", "sendfile"), ("to", 6));
        }
        finally
        {
            await RtmServer.EndAsync(process);
        }
    }
}
