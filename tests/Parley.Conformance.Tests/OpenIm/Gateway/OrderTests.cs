using System.Text.Json.Nodes;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.OpenIm.Gateway;

/// <summary>Numbers without gaps and pushes in their order, under parallel senders, and when the server is killed.</summary>
public sealed class OrderTests(ITestOutputHelper output)
{
    private static readonly string[] Users = ["100001", "100002", "100003", "u_ann", "u_ben"];

    [Fact]
    [CoversOpenImGateway("1001", "1002", "1003", "2001", "check 8")]
    public async Task Many_talk_to_each_other_and_in_groups_and_every_inbox_is_whole_and_was_heard_in_order()
    {
        const int Messages = 400;
        await using var server = await StartAsync("Off");
        var (tokens, talk) = await PrepareAsync(server);
        var gate = server.Endpoints["OpenImGateway"];
        var first = new Dictionary<string, long>();
        var listeners = new List<OpenImGatewayPeer>(); // on another platform, from the beginning to the end
        foreach (var user in Users)
        {
            var listener = await OpenImGatewayPeer.ConnectAsync(
                gate, user, await OpenImGatewayApi.TokenAsync(server.Endpoints["OpenImApi"], user, 5), 5);
            talk.Listen(listener);
            first[user] = await listener.NewestAsync() + 1; // of the groups the user was told
            listeners.Add(listener);
        }
        await Wait.For(Task.WhenAll(Users.Select(user => Task.Run(() => talk.TalkAsync(gate, user, tokens[user], Messages)))), "the talk");
        Assert.Equal(Users.Length * Messages, talk.Answered);
        var heard = 0L;
        foreach (var listener in listeners)
        {
            var newest = await listener.NewestAsync();
            for (var number = first[listener.UserId]; number <= newest; number++)
                Assert.Equal(number, (await listener.NextAsync()).Seq); // every number, one after another
            heard += newest - first[listener.UserId] + 1;
            await talk.CheckAsync(listener);
            await listener.DisposeAsync();
        }
        output.WriteLine($"{talk.Answered} messages, {heard} numbers, {talk.Pushed} pushes");
        Assert.Empty(talk.Faults);
        Assert.DoesNotContain(server.Output, static line => line.Contains("fail:", StringComparison.Ordinal));
        await RtmServer.EndAsync(server);
    }

    [Fact]
    [CoversOpenImGateway("1002", "1003")]
    public async Task Killed_again_and_again_under_load_the_server_loses_nothing_and_the_numbers_have_no_gaps()
    {
        await using var server = await StartAsync("Full");
        var (tokens, talk) = await PrepareAsync(server);
        for (var round = 0; round < 6; round++)
        {
            var before = talk.Answered;
            var gate = server.Endpoints["OpenImGateway"];
            var talking = Users.Select(user => Task.Run(() => talk.TalkAsync(gate, user, tokens[user], int.MaxValue))).ToArray();
            await Wait.Until(
                () => talk.Answered - before >= 200 + (37 * round) || talking.Any(task => task.IsCompleted), $"enough was said in round {round}");
            server.Kill();
            await Wait.For(Task.WhenAll(talking), "the talkers to notice");
            await server.RestartAsync();
        }
        var door = server.Endpoints["OpenImGateway"];
        foreach (var user in Users)
            await talk.TalkAsync(door, user, tokens[user], messages: 0); // settles what was not answered
        Assert.False(talk.HasUnanswered);
        foreach (var user in Users)
        {
            await using var peer = await OpenImGatewayPeer.ConnectAsync(door, user, tokens[user]);
            await talk.CheckAsync(peer);
        }
        output.WriteLine($"{talk.Answered} messages, {talk.Pushed} pushes");
        Assert.True(talk.Answered > 1200);
        Assert.NotEqual(0, talk.Pushed);
        Assert.Empty(talk.Faults);
        Assert.DoesNotContain(server.Output, static line => line.Contains("fail:", StringComparison.Ordinal));
        await RtmServer.EndAsync(server);
    }

    private static Task<ParleyServerProcess> StartAsync(string synchronous) => OpenImGatewayServer.StartAsync(
        async seed => await seed.ProjectAsync(RtmWorld.Pid, new() { UserCallsPerSecond = 0, DuplicateWindowSeconds = 3600 }),
        ("Sqlite:Synchronous", synchronous), ("OpenIm:RequestsPerSecond", "0"));

    /// <summary>Registers everybody, brings them to the gateway once, and puts them into the groups.</summary>
    private static async Task<(Dictionary<string, string> Tokens, OpenImGatewayTalk Talk)> PrepareAsync(ParleyServerProcess server)
    {
        var api = server.Endpoints["OpenImApi"];
        var tokens = new Dictionary<string, string>();
        foreach (var user in Users)
        {
            tokens[user] = await OpenImGatewayApi.RegisterAsync(api, user);
            await using var peer = await OpenImGatewayPeer.ConnectAsync(server.Endpoints["OpenImGateway"], user, tokens[user]);
            await peer.NewestAsync();
        }
        var manager = await OpenImGatewayApi.TokenAsync(api, OpenImGatewayApi.Manager, 8);
        var groups = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            var created = await OpenImGatewayApi.OkAsync(api, "/group/create_group", new()
            {
                ["ownerUserID"] = Users[0],
                ["memberList"] = new JsonArray([.. Users.Skip(1).Select(user => new JsonObject { ["userID"] = user, ["roleLevel"] = 1 })]),
            }, manager);
            groups.Add(created.GetProperty("data").GetProperty("groupID").GetString()!);
        }
        return (tokens, new OpenImGatewayTalk(Users, [.. groups]));
    }
}
