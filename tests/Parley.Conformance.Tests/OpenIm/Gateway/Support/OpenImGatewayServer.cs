using System.Collections.Concurrent;
using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using Parley.Conformance.Tests.GoIm;
using Parley.Conformance.Tests.OpenIm.Gateway.Support;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(OpenImGatewayServer))]
[assembly: AssemblyFixture(typeof(SmallOpenImGatewayServer))]

namespace Parley.Conformance.Tests.OpenIm.Gateway.Support;

/// <summary>A running server with the settings by default. Each test takes users and groups that nobody else has.</summary>
public class OpenImGatewayServer : IAsyncLifetime
{
    private static long _ids = RtmWorld.FirstUser;

    private readonly ConcurrentDictionary<string, string> _managers = new();
    private ParleyServerProcess? _process;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Api => Process.Endpoints["OpenImApi"];

    public IPEndPoint Gate => Process.Endpoints["OpenImGateway"];

    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>();

    /// <summary>A server of a test's own.</summary>
    internal static Task<ParleyServerProcess> StartAsync(params (string Key, string Value)[] settings) =>
        StartAsync(SeedAsync, settings);

    /// <summary>The same over a directory of its own.</summary>
    internal static Task<ParleyServerProcess> StartAsync(Func<Seed, Task> fill, params (string Key, string Value)[] settings) =>
        RtmServer.StartAsync(fill, With(settings.ToDictionary(pair => pair.Key, pair => pair.Value)));

    /// <summary>A user or group that no other test has. It is a number, so that the other protocols know it too.</summary>
    internal static string NewId() => Interlocked.Increment(ref _ids).ToString();

    /// <summary>A user that no other test has, with a name.</summary>
    internal static string NewName(string name = "u") => $"{name}_{NewId()}";

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(SeedAsync, With(Settings));

    /// <summary>Registers a user and logs it in.</summary>
    internal async Task<OpenImGatewayPeer> LoginAsync(string? user = null, int platform = OpenImGatewayPeer.Android, string? nickname = null)
    {
        user ??= NewId();
        var token = await OpenImGatewayApi.RegisterAsync(Api, user, platform, nickname);
        return await OpenImGatewayPeer.ConnectAsync(Gate, user, token, platform);
    }

    /// <summary>Logs in a user that is registered, with a new token.</summary>
    internal async Task<OpenImGatewayPeer> ReturnAsync(string user, int platform = OpenImGatewayPeer.Android) =>
        await OpenImGatewayPeer.ConnectAsync(Gate, user, await OpenImGatewayApi.TokenAsync(Api, user, platform), platform);

    /// <summary>A user on RTM.</summary>
    internal async Task<RtmPeer> RtmAsync(string user)
    {
        var peer = await RtmPeer.ConnectAsync(Process.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(peer, Profile.G1, long.Parse(user));
        return peer;
    }

    /// <summary>A user on GoIM, who acknowledges what comes.</summary>
    internal Task<GoImPeer> GoImAsync(string user) => GoImPeer.LoginAsync(Process.Endpoints["GoImMessage"], user, acknowledges: true);

    /// <summary>Calls the API as a manager.</summary>
    internal async Task<JsonElement> ManageAsync(string path, JsonObject body) => await OpenImGatewayApi.OkAsync(Api, path, body, await ManagerAsync());

    internal async Task<(HttpStatusCode Status, JsonElement Body)> TryManageAsync(string path, JsonObject body) =>
        await OpenImGatewayApi.PostAsync(Api, path, body, await ManagerAsync());

    /// <summary>A group of an owner and members.</summary>
    internal async Task<string> NewGroupAsync(string owner, params string[] members)
    {
        var created = await ManageAsync("/group/create_group", new()
        {
            ["ownerUserID"] = owner,
            ["groupName"] = "Ops",
            ["memberList"] = new JsonArray([.. members.Select(member => new JsonObject { ["userID"] = member, ["roleLevel"] = 1 })]),
        });
        return created.GetProperty("data").GetProperty("groupID").GetString()!;
    }

    public async ValueTask DisposeAsync()
    {
        await RtmServer.EndAsync(_process);
        GC.SuppressFinalize(this);
    }

    private static Dictionary<string, string> With(IReadOnlyDictionary<string, string> settings) => new(settings)
    {
        ["OpenIm:Secret"] = OpenImGatewayApi.Secret,
        ["OpenIm:SigningKey"] = OpenImGatewayApi.SigningKey,
        ["OpenIm:AdminUserIds:0"] = OpenImGatewayApi.Manager,
    };

    private static async Task SeedAsync(Seed seed)
    {
        await seed.ProjectAsync(RtmWorld.Pid, new(), RtmWorld.Admin);
        await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 3000);
        await seed.TokensAsync(RtmWorld.Pid, RtmWorld.Admin, 1);
    }

    private async Task<string> ManagerAsync()
    {
        if (_managers.TryGetValue(OpenImGatewayApi.Manager, out var token))
            return token;
        return _managers[OpenImGatewayApi.Manager] = await OpenImGatewayApi.TokenAsync(Api, OpenImGatewayApi.Manager, 8);
    }
}

/// <summary>A server whose limits are small.</summary>
public sealed class SmallOpenImGatewayServer : OpenImGatewayServer
{
    internal const int IdleSeconds = 15;
    internal const int RequestBurst = 30;
    internal const int PullNumbers = 10;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["OpenIm:IdleSeconds"] = $"{IdleSeconds}",
        ["OpenIm:RequestsPerSecond"] = "1",
        ["OpenIm:RequestBurst"] = $"{RequestBurst}",
        ["OpenIm:PullNumbers"] = $"{PullNumbers}",
        ["OpenIm:ContentBytes"] = "2000",
        ["OpenIm:FrameBytes"] = "10000",
        ["OpenIm:FriendCheck"] = "true",
    };
}
