using Parley.Conformance.Tests.Rtm;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(Parley.Conformance.Tests.Support.ImpatientServer))]

namespace Parley.Conformance.Tests.Support;

/// <summary>
/// A server that is quick to ask and quick to lose patience, but not so quick that a machine that stands still for seconds costs
/// a client its connection.
/// </summary>
public sealed class ImpatientServer : IAsyncLifetime
{
    public const int IdleSeconds = 8;

    private ParleyServerProcess? _process;
    private int _users;

    public ParleyServerProcess Process => _process!;

    public System.Net.IPEndPoint Gate => Process.Endpoints["RtmClient"];

    public long NewUser() => RtmWorld.FirstUser + Interlocked.Increment(ref _users);

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(
        async seed =>
        {
            await seed.ProjectAsync(RtmWorld.Pid, new());
            await seed.TokensAsync(RtmWorld.Pid, RtmWorld.FirstUser, 50);
        },
        new Dictionary<string, string>
        {
            ["Rtm:PingSeconds"] = "1",
            ["Rtm:IdleSeconds"] = IdleSeconds.ToString(),
            ["Rtm:AuthSeconds"] = "6",
            ["Rtm:PushSeconds"] = "2",
            ["Log:Levels:Parley.Gateways.Rtm"] = "Debug",
        });

    public async Task<RtmPeer> LoginAsync()
    {
        var peer = await RtmPeer.ConnectAsync(Gate);
        await RtmServer.AuthAsync(peer, Profile.G1, NewUser());
        return peer;
    }

    public async Task<RawPeer> LoginRawAsync()
    {
        var raw = await RawPeer.ConnectAsync(Gate);
        await raw.SendAsync(Frame.Quest(1, "auth", Pack.Map(RtmServer.AuthOf(Profile.G1, NewUser()))));
        Assert.True((await raw.ReadPackageAsync()).Body.Bool("ok"));
        return raw;
    }

    public static async Task<Package> NextAnswerAsync(RawPeer raw)
    {
        while (true)
        {
            var package = await raw.ReadPackageAsync();
            if (package.Type == Frame.AnswerType)
                return package;
            Assert.Equal("ping", package.Method);
        }
    }

    public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
}
