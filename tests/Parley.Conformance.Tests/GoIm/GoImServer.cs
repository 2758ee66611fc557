using System.Net;
using Parley.Conformance.Tests.GoIm;
using Parley.Conformance.Tests.Support;
using Parley.Core.Moderation;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(GoImServer))]
[assembly: AssemblyFixture(typeof(SmallGoImServer))]
[assembly: AssemblyFixture(typeof(EagerGoImServer))]

namespace Parley.Conformance.Tests.GoIm;

/// <summary>
/// A running server whose settings are the default ones, but that an acknowledgement may take a minute: on a machine that stands
/// still for seconds nothing comes twice. Each test takes clients and topics that nobody else has.
/// </summary>
public class GoImServer : IAsyncLifetime
{
    private static long _ids;

    private ParleyServerProcess? _process;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Gateway => Process.Endpoints["GoImGateway"];

    public IPEndPoint Door => Process.Endpoints["GoImMessage"];

    protected virtual IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["GoIm:AcknowledgeMilliseconds"] = "60000" };

    /// <summary>A server of a test's own.</summary>
    public static Task<ParleyServerProcess> StartAsync(params (string Key, string Value)[] settings) =>
        RtmServer.StartAsync(SeedAsync, settings.ToDictionary(pair => pair.Key, pair => pair.Value));

    /// <summary>One project, an admin and some users with tokens.</summary>
    public static async Task SeedAsync(Seed seed)
    {
        await seed.ProjectAsync(RtmWorld.Pid, new(), RtmWorld.Admin);
        await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 100);
        await seed.GroupAsync(RtmWorld.Pid, RtmWorld.ClosedGroup, RtmWorld.Free);
        await seed.CloseAsync(RtmWorld.Pid, RtmWorld.ClosedGroup);
        await seed.GroupAsync(RtmWorld.Pid, RtmWorld.PickyGroup, RtmWorld.Free);
        await seed.BanAsync(RtmWorld.Pid, BanPlace.Group(RtmWorld.PickyGroup), BanKind.Enter, RtmWorld.Gagged);
    }

    /// <summary>An id that no other test has.</summary>
    public static string NewId(string name) => $"{name}-{Interlocked.Increment(ref _ids)}";

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(SeedAsync, Settings);

    /// <summary>Logs in a client that no other test has.</summary>
    public Task<GoImPeer> LoginAsync(string name = "client", bool acknowledges = true) =>
        GoImPeer.LoginAsync(Door, NewId(name), acknowledges);

    public Task<GoImPeer> ReturnAsync(string id, bool acknowledges = true) => GoImPeer.LoginAsync(Door, id, acknowledges);

    public Task<GoImPeer> ConnectAsync() => GoImPeer.ConnectAsync(Door);

    /// <summary>A client that has been here and is gone.</summary>
    public async Task<string> NewOfflineAsync(string name = "away")
    {
        await using var peer = await LoginAsync(name);
        await peer.DoneAsync("send_logout");
        await peer.ExpectClosedAsync();
        return peer.Id;
    }

    public async ValueTask DisposeAsync()
    {
        await RtmServer.EndAsync(_process);
        GC.SuppressFinalize(this);
    }
}

/// <summary>A server whose limits are small, that is quick to lose patience, and that writes like version 0.2.2.</summary>
public sealed class SmallGoImServer : GoImServer
{
    public const int BadRequests = 5;
    public const int RequestBurst = 30;
    public const int GatewaySeconds = 4;
    public const int LoginSeconds = 6;
    public const int IdleSeconds = 15;

    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string>
    {
        ["GoIm:TimeMember"] = "false",
        ["GoIm:CompatMemberKeys"] = "true",
        ["GoIm:GatewaySeconds"] = $"{GatewaySeconds}",
        ["GoIm:LoginSeconds"] = $"{LoginSeconds}",
        ["GoIm:IdleSeconds"] = $"{IdleSeconds}",
        ["GoIm:AcknowledgeMilliseconds"] = "60000",
        ["GoIm:TopicMembers"] = "2",
        ["GoIm:TopicsPerUser"] = "3",
        ["GoIm:BadRequests"] = "5",
        ["GoIm:RequestsPerSecond"] = "5",
        ["GoIm:RequestBurst"] = "30",
        ["GoIm:AcceptanceText"] = "{0} says {yes} {1}",
    };
}

/// <summary>A server that sends again after half a second what is not acknowledged.</summary>
public sealed class EagerGoImServer : GoImServer
{
    protected override IReadOnlyDictionary<string, string> Settings => new Dictionary<string, string> { ["GoIm:AcknowledgeMilliseconds"] = "500" };
}
