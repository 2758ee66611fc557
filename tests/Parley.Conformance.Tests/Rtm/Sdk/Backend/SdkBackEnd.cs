using System.Collections.Concurrent;
using Parley.Conformance.Tests.Rtm.ServerGate;
using Parley.Conformance.Tests.Support;
using Parley.Rtm;
using Parley.Rtm.Backend;

namespace Parley.Conformance.Tests.Rtm.Sdk.Backend;

/// <summary>A back end of the shared server that goes through the SDK, with users who go through raw frames.</summary>
internal sealed class SdkBackEnd : IRtmMonitor, IAsyncDisposable
{
    private readonly BackEndServer _server;

    public SdkBackEnd(BackEndServer server, long pid = BackEndServer.Pid, Action<RtmBackendOptions>? change = null)
    {
        _server = server;
        Pid = pid;
        var options = new RtmBackendOptions { Endpoint = server.Gate.ToString(), Pid = pid, Secret = BackEnd.Secret, Monitor = this };
        change?.Invoke(options);
        Client = new RtmBackendClient(options);
    }

    public RtmBackendClient Client { get; }

    public long Pid { get; }

    /// <summary>What the monitor was told.</summary>
    public ConcurrentQueue<RtmEvent> Told { get; } = new();

    /// <summary>Logs a user in with a token of the SDK.</summary>
    public async Task<RtmPeer> LoginAsync(long uid = 0, Profile profile = Profile.G2)
    {
        if (uid == 0)
            uid = _server.NewUser();
        var token = await Client.GetTokenAsync(uid);
        var peer = await RtmPeer.ConnectAsync(_server.ClientGate);
        var answer = await peer.OkAsync("auth", RtmServer.AuthOf(profile, uid, Pid).With("token", token));
        Assert.True(answer.Bool("ok"));
        peer.UserId = uid;
        return peer;
    }

    public async Task<long> NewGroupAsync(params long[] members)
    {
        var group = _server.NewPlace();
        await Client.AddGroupMembersAsync(group, members);
        return group;
    }

    /// <summary>The call must be refused with this code.</summary>
    public static async Task FailAsync(int code, Task call) =>
        Assert.Equal(code, (await Assert.ThrowsAnyAsync<RtmException>(() => call)).Code);

    /// <summary>The first thing told that is so.</summary>
    public async Task<T> ToldAsync<T>(Func<T, bool> isSo)
        where T : RtmEvent
    {
        await Wait.Until(() => Told.OfType<T>().Any(isSo), "the monitor was told");
        return Told.OfType<T>().First(isSo);
    }

    public ValueTask OnP2PMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => RecordAsync(message, RtmConversationType.P2P);

    public ValueTask OnGroupMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => RecordAsync(message, RtmConversationType.Group);

    public ValueTask OnRoomMessageAsync(RtmMessageEvent message, CancellationToken cancellationToken) => RecordAsync(message, RtmConversationType.Room);

    public ValueTask OnUserEventAsync(RtmUserEvent userEvent, CancellationToken cancellationToken)
    {
        Told.Enqueue(userEvent);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => Client.DisposeAsync();

    private ValueTask RecordAsync(RtmMessageEvent message, RtmConversationType kind)
    {
        Assert.Equal(kind, message.Conversation);
        Told.Enqueue(message);
        return ValueTask.CompletedTask;
    }
}
