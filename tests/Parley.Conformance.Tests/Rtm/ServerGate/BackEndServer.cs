using System.Net;
using System.Text;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(BackEndServer))]

namespace Parley.Conformance.Tests.Rtm.ServerGate;

/// <summary>A running server for back ends: each test takes users, groups and rooms that nobody else has.</summary>
public sealed class BackEndServer : IAsyncLifetime
{
    public const long Pid = 2000;
    public const long Other = 2001;
    public const long NoLegacy = 2002;
    public const long Paced = 2003;
    public const long Forgetful = 2004;
    public const long Disabled = 2005;
    public const long Deaf = 2006;
    public const long Small = 2007;
    public const long Urls = 2008;
    public const long Jsons = 2009;
    public const long MultiLogin = 2010;

    public const long Strict = 2011;

    /// <summary>For broadcasts, which everybody of a project hears: no other test logs users in here and counts what they hear.</summary>
    public const long Loud = 2014;
    public const long News = 2015;

    /// <summary>For tests that hear everything of a project: one test each.</summary>
    public const long Quiet1 = 2012;
    public const long Quiet2 = 2013;

    public const long Admin = 77;
    public const long FileGroup = 7004;
    public const long FileSender = 500_001;

    private static readonly long[] All = [Pid, Other, NoLegacy, Paced, Forgetful, Disabled, Deaf, Small, Urls, Jsons, MultiLogin, Strict, Quiet1, Quiet2];

    private ParleyServerProcess? _process;
    private long _users = 1_000_000;
    private long _places = 20_000;
    private long _mids = 1_556_446_799_000_000;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Gate => Process.Endpoints["RtmServer"];

    public IPEndPoint ClientGate => Process.Endpoints["RtmClient"];

    /// <summary>The names of the messages of <see cref="FileGroup"/>, and what G2 and later get as their mtype.</summary>
    public static IReadOnlyList<(string Url, long Type, long FileType, long Size)> Files { get; } =
        [("http://files/1.png", 40, 10, 101), ("http://files/2.zip", 50, 100, 102)];

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(SeedAsync, new Dictionary<string, string>
    {
        ["Rtm:ServerPingSeconds"] = "1",
    });

    /// <summary>Projects with all settings that matter to back ends, and messages that are files.</summary>
    public static async Task SeedAsync(Seed seed)
    {
        await seed.ProjectAsync(Pid, new(), Admin);
        await seed.ProjectAsync(Other, new(), Admin);
        await seed.ProjectAsync(Loud, new(), Admin);
        await seed.ProjectAsync(News, new(), Admin);
        await seed.ProjectAsync(NoLegacy, new() { AllowLegacySign = false });
        await seed.ProjectAsync(Paced, new() { ServerCallsPerSecond = 3 });
        await seed.ProjectAsync(Forgetful, new() { RememberedSigns = 0 });
        await seed.ProjectAsync(Disabled, new() { DisabledMethods = ["getfriends"], ServerCallsPerSecond = 2 });
        await seed.ProjectAsync(Deaf, new() { Listening = false });
        await seed.ProjectAsync(Small, new()
        {
            MessageBytes = 10,
            AttributeBytes = 5,
            Receivers = 3,
            Friends = 4,
            GroupMembers = 5,
            RoomsPerUser = 2,
        });
        await seed.ProjectAsync(Urls, new() { BackEndFiles = FileForm.Url });
        await seed.ProjectAsync(Jsons, new() { BackEndFiles = FileForm.Json });
        await seed.ProjectAsync(Quiet1, new());
        await seed.ProjectAsync(Quiet2, new());
        await seed.ProjectAsync(MultiLogin, new() { MultiLogin = true });
        await seed.ProjectAsync(Strict, new()
        {
            FriendsOnly = true,
            FloodMessages = 1,
            FloodWindowSeconds = 3600,
            SensitiveWords = ["schlimm"],
            UserCallsPerSecond = 1,
        });
        foreach (var pid in All)
        {
            var group = ConversationKey.Group(pid, FileGroup);
            await seed.MessagesAsync(File(group, FileKind.Image, 8, Files[0].Url, 1), File(group, FileKind.Other, 8, Files[1].Url, 2));
        }
    }

    public Task<BackEnd> ConnectAsync(long pid = Pid, SignForm form = SignForm.Legacy) => BackEnd.ConnectAsync(Gate, pid, form);

    public long NewUser() => Interlocked.Increment(ref _users);

    /// <summary>A group or room that no other test has.</summary>
    public long NewPlace() => Interlocked.Increment(ref _places);

    public long NewMid() => Interlocked.Increment(ref _mids);

    /// <summary>Logs a user in with a token that a back end has got.</summary>
    public async Task<RtmPeer> LoginAsync(BackEnd backEnd, long uid = 0, Profile profile = Profile.G1)
    {
        if (uid == 0)
            uid = NewUser();
        var token = (await backEnd.OkAsync("gettoken", ("uid", uid))).Text("token");
        var peer = await RtmPeer.ConnectAsync(ClientGate);
        var answer = await peer.OkAsync("auth", RtmServer.AuthOf(profile, uid, backEnd.Pid).With("token", token));
        Assert.True(answer.Bool("ok"));
        peer.UserId = uid;
        return peer;
    }

    public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);

    private static Message File(ConversationKey conversation, FileKind kind, byte type, string url, long mid) => new()
    {
        Conversation = conversation,
        Sender = FileSender,
        MessageId = mid,
        Type = type,
        File = kind,
        Body = Encoding.UTF8.GetBytes(url),
        FileSize = 100 + mid,
        Time = 1_556_446_000_000 + mid,
    };
}
