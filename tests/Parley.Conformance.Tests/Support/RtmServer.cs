using System.Collections.Concurrent;
using System.Net;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(Parley.Conformance.Tests.Support.RtmServer))]

namespace Parley.Conformance.Tests.Support;

/// <summary>
/// A running server over a directory seeded by <see cref="RtmWorld"/>, shared by all tests that need no other settings: each test
/// takes users, groups and rooms that nobody else has.
/// </summary>
public sealed class RtmServer : IAsyncLifetime
{
    private readonly ConcurrentDictionary<long, int> _users = new();
    private ParleyServerProcess? _process;
    private int _groups;
    private long _rooms = 50_000;
    private long _mids = 1_556_446_799_000_000;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Gate => Process.Endpoints["RtmClient"];

    public IPEndPoint Dispatch => Process.Endpoints["RtmDispatch"];

    public async ValueTask InitializeAsync() => _process = await StartAsync(RtmWorld.SeedAsync);

    /// <summary>Seeds a directory and starts a server on it.</summary>
    public static async Task<ParleyServerProcess> StartAsync(
        Func<Seed, Task> fill, IReadOnlyDictionary<string, string>? settings = null, string? directory = null)
    {
        directory ??= Directory.CreateTempSubdirectory("parley-conf-").FullName;
        await using (var seed = await Seed.OpenAsync(directory))
            await fill(seed);
        var all = new Dictionary<string, string> { ["Sqlite:Synchronous"] = "Off" };
        foreach (var (key, value) in settings ?? new Dictionary<string, string>())
            all[key] = value;
        return await ParleyServerProcess.StartAsync(new() { DataDirectory = directory, Settings = all });
    }

    /// <summary>Ends a server and removes its directory.</summary>
    public static async Task EndAsync(ParleyServerProcess? process)
    {
        if (process is null)
            return;
        await process.DisposeAsync();
        Directory.Delete(process.DataDirectory, recursive: true);
    }

    /// <summary>A user that no other test has.</summary>
    public long NewUser(long pid = RtmWorld.Pid)
    {
        var number = _users.AddOrUpdate(pid, 0, static (_, last) => last + 1);
        Assert.InRange(number, 0, RtmWorld.UsersOf(pid) - 1);
        return RtmWorld.FirstUser + number;
    }

    public long NewRoom() => Interlocked.Increment(ref _rooms);

    /// <summary>A message id that no other test has.</summary>
    public long NewMid() => Interlocked.Increment(ref _mids);

    public Task<RtmPeer> ConnectAsync() => RtmPeer.ConnectAsync(Gate);

    /// <summary>Logs in a user, a new one unless told which.</summary>
    public async Task<RtmPeer> LoginAsync(Profile profile = Profile.G1, long uid = 0, long pid = RtmWorld.Pid)
    {
        var peer = await ConnectAsync();
        await AuthAsync(peer, profile, uid == 0 ? NewUser(pid) : uid, pid);
        return peer;
    }

    public static async Task AuthAsync(RtmPeer peer, Profile profile, long uid, long pid = RtmWorld.Pid)
    {
        var answer = await peer.OkAsync("auth", AuthOf(profile, uid, pid));
        Assert.True(answer.Bool("ok"), answer.ToString());
        peer.UserId = uid;
    }

    public static (string Key, object? Value)[] AuthOf(Profile profile, long uid, long pid = RtmWorld.Pid)
    {
        (string Key, object? Value)[] common = [("pid", pid), ("uid", uid), ("token", Seed.TokenOf(uid))];
        return profile switch
        {
            Profile.G1 => [.. common, ("version", "csharp-1.0"), ("unread", false)],
            Profile.G2 => [.. common, ("version", "1.0.3"), ("attrs", Array.Empty<(string, object?)>())],
            _ => [.. common, ("version", "C#-2.7.0"), ("attrs", Array.Empty<(string, object?)>()), ("lang", "")],
        };
    }

    /// <summary>A group with these members and nobody else.</summary>
    public async Task<long> NewGroupAsync(params long[] members)
    {
        var number = Interlocked.Increment(ref _groups);
        Assert.InRange(number, 1, RtmWorld.Groups);
        var gid = RtmWorld.FirstGroup + number;
        await using var founder = await LoginAsync(uid: RtmWorld.FirstFounder + number);
        await founder.DoneAsync("addgroupmembers", ("gid", gid), ("uids", members));
        await founder.DoneAsync("delgroupmembers", ("gid", gid), ("uids", new[] { founder.UserId }));
        await founder.OkAsync("bye");
        return gid;
    }

    public async ValueTask DisposeAsync() => await EndAsync(_process);
}

/// <summary>The generation that a test client shows itself as.</summary>
public enum Profile
{
    G1,
    G2,
    G4,
}
