using System.Net;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(Parley.Conformance.Tests.Beehive.BeehiveHttpServer))]
[assembly: AssemblyFixture(typeof(Parley.Conformance.Tests.Beehive.StrictBeehiveServer))]

namespace Parley.Conformance.Tests.Beehive;

/// <summary>A running server as its settings are by default: each test takes users, groups and rooms that nobody else has.</summary>
public class BeehiveHttpServer : IAsyncLifetime
{
    private static long _ids = 700_000;

    private ParleyServerProcess? _process;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Http => Process.Endpoints["BeehiveHttp"];

    public IPEndPoint Tcp => Process.Endpoints["BeehiveTcp"];

    public IPEndPoint WebSocket => Process.Endpoints["BeehiveWebSocket"];

    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Beehive:PublicCallsPerSecond"] = "0", // all tests come from one address
    };

    /// <summary>A user, group or room that no other test has.</summary>
    public static long NewId() => Interlocked.Increment(ref _ids);

    /// <summary>A server of a test's own.</summary>
    public static Task<ParleyServerProcess> StartAsync(params (string Key, string Value)[] settings) =>
        RtmServer.StartAsync(SeedAsync, settings.ToDictionary(pair => pair.Key, pair => pair.Value));

    public static async Task SeedAsync(Seed seed)
    {
        await seed.ProjectAsync(RtmWorld.Pid, new(), RtmWorld.Admin);
        await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 10);
    }

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(SeedAsync, Settings);

    public Task<HttpAnswer> GetAsync(string target, params (string Name, string Value)[] headers) => HttpPeer.GetAsync(Http, target, headers);

    public Task<HttpAnswer> PostAsync(string target, ReadOnlyMemory<byte> body) => HttpPeer.PostAsync(Http, target, body);

    /// <summary>The call succeeds, with exactly these bytes.</summary>
    public async Task ExpectAsync(string target, string body)
    {
        var answer = await GetAsync(target);
        Assert.Equal(200, answer.Status);
        Assert.Equal(body, answer.Text);
    }

    /// <summary>The call succeeds with nothing but the outcome.</summary>
    public Task DoneAsync(string target) => ExpectAsync(target, """{"code":0,"errmsg":"Ok"}""");

    /// <summary>The call is refused: status 200 all the same, and nothing but the outcome.</summary>
    public async Task FailAsync(string target, int code, string text) =>
        await ExpectAsync(target, $$"""{"code":{{code}},"errmsg":"{{text}}"}""");

    public async Task<long> RegisterAsync(long uid)
    {
        var answer = await GetAsync($"/im/register?uid={uid}&nation=86&city=10&town=1");
        Assert.Equal(0, answer.Code);
        return answer.Json.GetProperty("sid").GetInt64();
    }

    public async Task<string> TokenAsync(long uid, long sid)
    {
        var answer = await GetAsync($"/im/iplist?type=1&uid={uid}&sid={sid}&clientip=127.0.0.1");
        Assert.True(answer.Code == 0, answer.Text);
        return answer.Json.GetProperty("token").GetString()!;
    }

    /// <summary>Registers and logs in over TCP.</summary>
    public async Task<OnlinePeer> OnlineAsync(long uid, string app = "app", string version = "1.0")
    {
        var sid = await RegisterAsync(uid);
        return await OnlinePeer.LoginAsync(Tcp, uid, sid, await TokenAsync(uid, sid), app, version);
    }

    public async ValueTask DisposeAsync()
    {
        await RtmServer.EndAsync(_process);
        GC.SuppressFinalize(this);
    }
}

/// <summary>A server that knows nobody by the address, asks for tokens and registered sids, and quotes like the document.</summary>
public sealed class StrictBeehiveServer : BeehiveHttpServer
{
    public const string Secret = "0perator";

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["Beehive:PublicCallsPerSecond"] = "0",
        ["Beehive:StrictSid"] = "true",
        ["Beehive:RequireLoginToken"] = "true",
        ["Beehive:SeedQuotedNumbers"] = "true",
        ["Beehive:OperatorNetworks:0"] = "192.0.2.0/24",
        ["Beehive:OperatorSecret"] = Secret,
        ["Beehive:AllowOrigin"] = "https://chat.example",
        ["Beehive:BusyConnections"] = "1",
        ["PublicHost"] = "203.0.113.7",
    };

    public Task<HttpAnswer> OperateAsync(string target) => GetAsync(target, ("X-Parley-Operator", Secret));
}
