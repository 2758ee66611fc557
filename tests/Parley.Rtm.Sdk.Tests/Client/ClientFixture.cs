using System.Threading.Channels;
using Parley.Conformance.Tests.Support;
using Parley.Rtm.Client;
using Parley.Testing;

namespace Parley.Rtm.Sdk.Tests.Client;

/// <summary>A fake gate, a clock that stands still, and clients that are closed at the end.</summary>
public abstract class ClientFixture : IAsyncLifetime
{
    public const long Me = 101;

    private readonly List<RtmClient> _clients = [];

    private protected FakeGate Gate { get; } = new();

    private protected ManualTimeProvider Time { get; } = new();

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (var client in _clients)
            await Wait.For(client.DisposeAsync().AsTask(), "the client to close");
        await Gate.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    private protected RtmClientOptions Options() => new() { Gate = Gate.Address, ProjectId = 1000, UserId = Me, Token = "T0" };

    private protected RtmClient Make(Func<RtmClientOptions, RtmClientOptions>? change = null, IRtmPushHandler? handler = null)
    {
        var options = Options();
        var client = new RtmClient(change is null ? options : change(options), handler, time: Time);
        _clients.Add(client);
        return client;
    }

    /// <summary>A client that is logged in, and its connection.</summary>
    private protected async Task<(RtmClient Client, FakeConnection Connection)> LoginAsync(
        Func<RtmClientOptions, RtmClientOptions>? change = null, IRtmPushHandler? handler = null)
    {
        var client = Make(change, handler);
        await Wait.For(client.ConnectAsync(), "the login");
        return (client, await Gate.NextAsync());
    }

    /// <summary>Lets time pass in small steps until it is so.</summary>
    private protected Task PassUntilAsync(Func<bool> isSo, string what, double stepSeconds = 0.05) => Wait.Until(
        () =>
        {
            Time.Advance(TimeSpan.FromSeconds(stepSeconds));
            return isSo();
        },
        what);

    /// <summary>Everything that the client told, in order.</summary>
    private protected static Channel<RtmClientState> StatesOf(RtmClient client)
    {
        var states = Channel.CreateUnbounded<RtmClientState>();
        client.StateChanged += (_, change) => states.Writer.TryWrite(change.Current);
        return states;
    }

    private protected static async Task ExpectAsync(Channel<RtmClientState> states, params RtmClientState[] wanted)
    {
        foreach (var state in wanted)
            Assert.Equal(state, await Wait.For(states.Reader.ReadAsync().AsTask(), state.ToString()));
    }
}

/// <summary>Writes down what comes, and does what the test says meanwhile.</summary>
internal sealed class RecordingHandler : IRtmPushHandler
{
    private readonly Channel<RtmPush> _pushes = Channel.CreateUnbounded<RtmPush>();

    public Func<RtmMessage, Task> OnMessage { get; set; } = _ => Task.CompletedTask;

    public bool IsEmpty => !_pushes.Reader.TryPeek(out _);

    public Task<RtmPush> NextAsync() => Wait.For(_pushes.Reader.ReadAsync().AsTask(), "a push");

    public async Task<RtmMessage> NextMessageAsync() => Assert.IsType<RtmMessagePush>(await NextAsync()).Message;

    public async ValueTask OnMessageAsync(RtmMessage message, CancellationToken cancellationToken)
    {
        await OnMessage(message);
        _pushes.Writer.TryWrite(new RtmMessagePush(message));
    }

    public ValueTask OnTranslationAsync(RtmTranslationPush translation, CancellationToken cancellationToken) => Write(translation);

    public ValueTask OnUnreadAsync(RtmUnread unread, CancellationToken cancellationToken) => Write(new RtmUnreadPush(unread));

    public ValueTask OnKickedOutAsync(CancellationToken cancellationToken) => Write(new RtmKickedOutPush());

    public ValueTask OnKickedOutOfRoomAsync(long roomId, CancellationToken cancellationToken) => Write(new RtmKickedOutOfRoomPush(roomId));

    private ValueTask Write(RtmPush push)
    {
        _pushes.Writer.TryWrite(push);
        return ValueTask.CompletedTask;
    }
}
