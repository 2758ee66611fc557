using System.Net;
using Parley.Conformance.Tests.Rtm.Files;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Core.Moderation;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(FileServer))]

namespace Parley.Conformance.Tests.Rtm.Files;

/// <summary>A running server for files: client gate, server gate and file gate over one world.</summary>
public sealed class FileServer : IAsyncLifetime
{
    public const long Pid = 3000;
    public const long Other = 3001;
    public const long FriendsOnly = 3002;
    public const long Small = 3003;
    public const long Paced = 3004;
    public const long Disabled = 3005;
    public const long Flood = 3006;
    public const long Fleeting = 3007;

    /// <summary>The project of the worked examples.</summary>
    public const long Example = 11_000_001;

    public const long Admin = 77;
    public const long FirstUser = 100_000;
    public const long Gagged = 500_001;
    public const long GagGroup = 7001;
    public const long GagRoom = 8001;
    public const int SmallFile = 20;
    public const int SmallAttributes = 100;

    private static readonly long[] All = [Pid, Other, FriendsOnly, Small, Paced, Disabled, Flood, Fleeting, Example];

    private ParleyServerProcess? _process;
    private long _users = FirstUser;
    private long _places = 30_000;
    private long _mids = 1_556_446_805_000_000;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Gate => Process.Endpoints["RtmFile"];

    public IPEndPoint Web => Process.Endpoints["Web"];

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(SeedAsync);

    public static async Task SeedAsync(Seed seed)
    {
        await seed.ProjectAsync(Pid, new(), Admin);
        await seed.ProjectAsync(Other, new(), Admin);
        await seed.ProjectAsync(FriendsOnly, new() { FriendsOnly = true });
        await seed.ProjectAsync(Small, new()
        {
            FileBytes = SmallFile,
            AttributeBytes = SmallAttributes,
            MessageBytes = 1,
            Receivers = 3,
        });
        await seed.ProjectAsync(Paced, new() { FilesPerSecond = 2 });
        await seed.ProjectAsync(Disabled, new() { DisabledMethods = ["sendroomfile"] });
        await seed.ProjectAsync(Flood, new() { FloodMessages = 1, FloodWindowSeconds = 3600 });
        await seed.ProjectAsync(Fleeting, new() { FileTokenSeconds = 1 });
        await seed.ProjectAsync(Example, new());
        foreach (var pid in All)
        {
            await seed.TokensAsync(pid, FirstUser, 600);
            await seed.TokensAsync(pid, Gagged, 1);
            await seed.GroupAsync(pid, GagGroup, Gagged, FirstUser);
            await seed.BanAsync(pid, BanPlace.Group(GagGroup), BanKind.Speak, Gagged);
            await seed.BanAsync(pid, BanPlace.Room(GagRoom), BanKind.Speak, Gagged);
        }
        await seed.TokensAsync(Example, 102_456, 2);
        await seed.FriendsAsync(FriendsOnly, FirstUser + 590, FirstUser + 591);
        await seed.FriendsAsync(FriendsOnly, FirstUser + 591, FirstUser + 590);
    }

    public long NewUser() => Interlocked.Increment(ref _users);

    public long NewPlace() => Interlocked.Increment(ref _places);

    public long NewMid() => Interlocked.Increment(ref _mids);

    public async Task<RtmPeer> LoginAsync(Profile profile = Profile.G1, long uid = 0, long pid = Pid)
    {
        var peer = await RtmPeer.ConnectAsync(Process.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(peer, profile, uid == 0 ? NewUser() : uid, pid);
        return peer;
    }

    public Task<BackEnd> BackEndAsync(long pid = Pid) => BackEnd.ConnectAsync(Process.Endpoints["RtmServer"], pid);

    public Task<RtmPeer> ConnectAsync() => RtmPeer.ConnectAsync(Gate);

    /// <summary>A token that a client has got.</summary>
    public static async Task<string> TokenAsync(RtmPeer sender, string command, params (string Key, object? Value)[] target)
    {
        var answer = await sender.OkAsync("filetoken", [("cmd", command), .. target]);
        Assert.Equal(["token", "endpoint"], answer.Keys);
        return answer.Text("token");
    }

    /// <summary>A token that a back end has got.</summary>
    public static async Task<string> TokenAsync(BackEnd backEnd, long from, string command, params (string Key, object? Value)[] target) =>
        (await backEnd.OkAsync("filetoken", [("from", from), ("cmd", command), .. target])).Text("token");

    public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
}
