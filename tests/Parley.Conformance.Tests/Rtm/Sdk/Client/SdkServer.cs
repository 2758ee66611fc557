using System.Net;
using System.Threading.Channels;
using Parley.Conformance.Tests.Rtm.Sdk.Client;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Client;
using Parley.Testing;

[assembly: AssemblyFixture(typeof(SdkServer))]

namespace Parley.Conformance.Tests.Rtm.Sdk.Client;

/// <summary>A running server for the client SDK: each test takes users, groups and rooms that nobody else has.</summary>
public sealed class SdkServer : IAsyncLifetime
{
    public const long Pid = 3000;
    public const long MultiLogin = 3001;

    /// <summary>For the one test that speaks to everybody.</summary>
    public const long Broadcasting = 3002;

    public const long Admin = 77;
    public const long FirstUser = 100_000;
    private const int Users = 400;

    private ParleyServerProcess? _process;
    private int _users;
    private long _places = 20_000;

    public ParleyServerProcess Process => _process ?? throw new InvalidOperationException("The server does not run.");

    public IPEndPoint Gate => Process.Endpoints["RtmClient"];

    public async ValueTask InitializeAsync() => _process = await RtmServer.StartAsync(SeedAsync);

    public static async Task SeedAsync(Seed seed)
    {
        foreach (var pid in new[] { Pid, MultiLogin, Broadcasting })
        {
            await seed.ProjectAsync(pid, new() { MultiLogin = pid == MultiLogin }, Admin);
            await seed.TokensAsync(pid, FirstUser, pid == Pid ? Users : 20);
            await seed.TokensAsync(pid, Admin, 1);
        }
    }

    public long NewUser() => FirstUser + Interlocked.Increment(ref _users);

    public long NewPlace() => Interlocked.Increment(ref _places);

    public Task<BackEnd> BackEndAsync(long pid = Pid) => BackEnd.ConnectAsync(Process.Endpoints["RtmServer"], pid);

    /// <summary>A group with these members.</summary>
    public async Task<long> NewGroupAsync(params long[] members)
    {
        var gid = NewPlace();
        await using var backEnd = await BackEndAsync();
        await backEnd.DoneAsync("addgroupmembers", ("gid", gid), ("uids", members));
        return gid;
    }

    public RtmClientOptions OptionsOf(long uid, long pid = Pid) =>
        new() { Gate = Gate.ToString(), ProjectId = pid, UserId = uid, Token = Seed.TokenOf(uid) };

    /// <summary>A logged-in user, a new one unless told which.</summary>
    public async Task<SdkUser> LoginAsync(long uid = 0, long pid = Pid, Func<RtmClientOptions, RtmClientOptions>? change = null)
    {
        var options = OptionsOf(uid == 0 ? NewUser() : uid, pid);
        var user = new SdkUser(change is null ? options : change(options));
        await Wait.For(user.Client.ConnectAsync(), "the login");
        return user;
    }

    public async ValueTask DisposeAsync() => await RtmServer.EndAsync(_process);
}

/// <summary>A client of the SDK, and what it heard.</summary>
public sealed class SdkUser : IRtmPushHandler, IAsyncDisposable
{
    private readonly Channel<RtmPush> _pushes = Channel.CreateUnbounded<RtmPush>();

    public SdkUser(RtmClientOptions options) => Client = new(options, this);

    public RtmClient Client { get; }

    public long Id => Client.UserId;

    /// <summary>The conversation of somebody else with this user.</summary>
    public RtmConversation Conversation => RtmConversation.WithUser(Id);

    public async Task<T> NextAsync<T>()
        where T : RtmPush => Assert.IsType<T>(await Wait.For(_pushes.Reader.ReadAsync().AsTask(), typeof(T).Name));

    public async Task<RtmMessage> NextMessageAsync() => (await NextAsync<RtmMessagePush>()).Message;

    /// <summary>The next push is this text, and nothing came before it.</summary>
    public async Task<RtmMessage> HearAsync(string text)
    {
        var message = await NextMessageAsync();
        Assert.Equal(text, message.Text);
        return message;
    }

    public ValueTask OnMessageAsync(RtmMessage message, CancellationToken cancellationToken) => Write(new RtmMessagePush(message));

    public ValueTask OnTranslationAsync(RtmTranslationPush translation, CancellationToken cancellationToken) => Write(translation);

    public ValueTask OnUnreadAsync(RtmUnread unread, CancellationToken cancellationToken) => Write(new RtmUnreadPush(unread));

    public ValueTask OnKickedOutAsync(CancellationToken cancellationToken) => Write(new RtmKickedOutPush());

    public ValueTask OnKickedOutOfRoomAsync(long roomId, CancellationToken cancellationToken) => Write(new RtmKickedOutOfRoomPush(roomId));

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private ValueTask Write(RtmPush push)
    {
        _pushes.Writer.TryWrite(push);
        return ValueTask.CompletedTask;
    }
}

/// <summary>What the tests of the client SDK say in one word.</summary>
internal static class Expect
{
    /// <summary>The call fails with this code.</summary>
    public static async Task CodeAsync(int code, Func<Task> call) =>
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<RtmException>(() => Wait.For(call(), $"error {code}"))).Code);
}
