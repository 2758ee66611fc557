using Parley.Conformance.Tests.Support;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(Parley.Conformance.Tests.Beehive.Listend.ListendServer))]
[assembly: AssemblyFixture(typeof(Parley.Conformance.Tests.Beehive.Listend.SmallListendServer))]

namespace Parley.Conformance.Tests.Beehive.Listend;

/// <summary>
/// A running server with the settings by default, but that it kicks without waiting long and counts rooms often. Each test takes users,
/// groups and rooms that nobody else has, and nobody broadcasts here.
/// </summary>
public class ListendServer : BeehiveHttpServer
{
    public const int KickMilliseconds = 1000;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Beehive:PublicCallsPerSecond"] = "0",
        ["Beehive:KickMilliseconds"] = $"{KickMilliseconds}",
        ["Beehive:RoomNumberMilliseconds"] = "300",
        ["Beehive:LoginSeconds"] = "60",
        ["Beehive:ReferenceCipher"] = ReferenceToken.Secret,
    };

    public Task<BeehivePeer> ConnectAsync(Speech speech = Speech.Tcp) => BeehivePeer.ConnectAsync(Process.Endpoints, speech);

    /// <summary>Logs in a user, a new one unless told which, with a new session unless told which.</summary>
    public Task<BeehivePeer> LoginAsync(Speech speech = Speech.Tcp, long uid = 0, long sid = 0) => ListendWorld.LoginAsync(Process, uid, sid, speech);

    public Task PushAsync(string query, byte[] body) => ListendWorld.PushAsync(Process, query, body);
}

/// <summary>A server whose limits are small.</summary>
public sealed class SmallListendServer : ListendServer
{
    public const int RequestBurst = 30;
    public const int PendingMessages = 10;
    public const int PendingGroupMessages = 5;
    public const int LoginSeconds = 6;
    public const int IdleSeconds = 15;
    public const int GroupMembers = 3;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Beehive:PublicCallsPerSecond"] = "0",
        ["Beehive:KickMilliseconds"] = "0",
        ["Beehive:LoginSeconds"] = $"{LoginSeconds}",
        ["Beehive:IdleSeconds"] = $"{IdleSeconds}",
        ["Beehive:RequestsPerSecond"] = "5",
        ["Beehive:RequestBurst"] = $"{RequestBurst}",
        ["Beehive:PendingMessages"] = $"{PendingMessages}",
        ["Beehive:PendingGroupMessages"] = $"{PendingGroupMessages}",
        ["Beehive:GroupMembers"] = $"{GroupMembers}",
        ["Beehive:WebSocketPingSeconds"] = "1",
    };
}

/// <summary>Coming to whatever server by way of register and iplist (beehive.md §9.1).</summary>
public static class ListendWorld
{
    public static async Task<long> RegisterAsync(ParleyServerProcess server, long uid)
    {
        var answer = await HttpPeer.GetAsync(server.Endpoints["BeehiveHttp"], $"/im/register?uid={uid}&nation=86&city=10&town=1");
        Assert.True(answer.Code == 0, answer.Text);
        return answer.Json.GetProperty("sid").GetInt64();
    }

    public static async Task<string> TokenAsync(ParleyServerProcess server, long uid, long sid, Speech speech = Speech.Tcp)
    {
        var type = speech is Speech.WebSocket or Speech.WebSocketSeed ? 2 : 1;
        var answer = await HttpPeer.GetAsync(
            server.Endpoints["BeehiveHttp"], $"/im/iplist?type={type}&uid={uid}&sid={sid}&clientip=127.0.0.1");
        Assert.True(answer.Code == 0, answer.Text);
        return answer.Json.GetProperty("token").GetString()!;
    }

    public static async Task<BeehivePeer> LoginAsync(
        ParleyServerProcess server, long uid = 0, long sid = 0, Speech speech = Speech.Tcp, string app = "app", string version = "1.0")
    {
        uid = uid == 0 ? BeehiveHttpServer.NewId() : uid;
        sid = sid == 0 ? await RegisterAsync(server, uid) : sid;
        var peer = await BeehivePeer.ConnectAsync(server.Endpoints, speech);
        await peer.LoginAsync(uid, sid, await TokenAsync(server, uid, sid, speech), app, version);
        return peer;
    }

    /// <summary>Pushes as an operator.</summary>
    public static async Task PushAsync(ParleyServerProcess server, string query, byte[] body)
    {
        var answer = await HttpPeer.PostAsync(server.Endpoints["BeehiveHttp"], "/im/push?" + query, body);
        Assert.True(answer.Code == 0, answer.Text);
    }

    /// <summary>Configures as an operator.</summary>
    public static async Task ConfigureAsync(ParleyServerProcess server, string target)
    {
        var answer = await HttpPeer.GetAsync(server.Endpoints["BeehiveHttp"], target);
        Assert.True(answer.Code == 0, answer.Text);
    }

    /// <summary>A chat from somebody to somebody.</summary>
    public static (int, object)[] Chat(long from, long to, string text = "hi") => [(1, from), (2, to), (3, 0), (4, 1_500_000_000), (5, text)];

    public static (int, object)[] RoomChat(long from, long room, string text = "hi") =>
        [(1, from), (2, room), (3, 0), (4, 0), (5, 1_500_000_000), (6, text)];
}
