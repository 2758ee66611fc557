using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Testing;

namespace Parley.Conformance.Tests.Rtm;

/// <summary>A running server with a translation engine that the test plays.</summary>
public sealed class TranslationWorld : IAsyncLifetime
{
    public const long Pid = 3000;
    public const long MultiLogin = 3001;
    public const long Off = 3002;
    public const long Admin = 77;

    private const int Users = 200;

    private ParleyServerProcess? _process;
    private long _user = RtmWorld.FirstUser - 1;
    private long _place = 40_000;
    private long _mid = 1_556_446_799_000_000;

    public TranslationEngine Engine { get; } = new() { ApiKey = "engine-key" };

    public ParleyServerProcess Process => _process!;

    public async ValueTask InitializeAsync()
    {
        Engine.Before = static async (asked, aborted) =>
        {
            if (asked.Text.Contains("slow", StringComparison.Ordinal))
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, aborted);
            return asked.Text.Contains("fail", StringComparison.Ordinal) ? new(500, "{\"error\":\"no\"}") : null;
        };
        await Engine.StartAsync();
        _process = await RtmServer.StartAsync(
            async seed =>
            {
                await seed.ProjectAsync(Pid, new(), Admin);
                await seed.ProjectAsync(MultiLogin, new() { MultiLogin = true });
                await seed.ProjectAsync(Off, new() { Translation = false });
                foreach (var pid in new[] { Pid, MultiLogin, Off })
                    await seed.TokensAsync(pid, RtmWorld.FirstUser, Users);
            },
            new Dictionary<string, string>
            {
                ["Translation:Url"] = Engine.Address,
                ["Translation:ApiKey"] = Engine.ApiKey,
                ["Translation:RetryMilliseconds"] = "1",
                ["Translation:BreakAfter"] = "10000",
            });
    }

    public async ValueTask DisposeAsync()
    {
        await RtmServer.EndAsync(_process);
        await Engine.DisposeAsync();
    }

    public long NewUser() => Interlocked.Increment(ref _user);

    public long NewPlace() => Interlocked.Increment(ref _place);

    public long NewMid() => Interlocked.Increment(ref _mid);

    public async Task<RtmPeer> LoginAsync(Profile profile = Profile.G1, long uid = 0, long pid = Pid, string? language = null)
    {
        var peer = await RtmPeer.ConnectAsync(Process.Endpoints["RtmClient"]);
        await RtmServer.AuthAsync(peer, profile, uid == 0 ? NewUser() : uid, pid);
        if (language is not null)
            await peer.DoneAsync("setlang", ("lang", language));
        return peer;
    }

    public Task<BackEnd> ConnectAsync(long pid = Pid) => BackEnd.ConnectAsync(Process.Endpoints["RtmServer"], pid);
}
