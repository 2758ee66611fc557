using System.Diagnostics.CodeAnalysis;
using System.Text;
using Parley.Core.Messaging;
using Parley.Core.Messaging.Inboxes;
using Parley.Core.Projects;
using Parley.Core.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>A user who is connected to the message gateway on a platform (openim.md §8). Its pushes go out in the order of their numbers.</summary>
internal sealed class OpenImSession : Session, IPlatformSession
{
    /// <summary>
    /// How long a push waits for the numbers before its own, in milliseconds; the heartbeat's period comes on top. The missing ones come at
    /// once, unless the machine stands still; a number that will never come is rare, as of a message that was deleted at once.
    /// </summary>
    private const int GapMilliseconds = 2000;

    private readonly OpenImConnection _connection;
    private readonly OpenImHost _host;
    private readonly byte[] _name;
    private readonly Lock _gate = new(); // pushes are put in order and sent inside
    private readonly PushWindow _window = new();
    private volatile bool _hasHeld;
    private bool _isOver; // use inside the gate
    private int _closed;

    /// <summary>Makes the session of a connection whose token was found good.</summary>
    /// <param name="connection">The connection.</param>
    /// <param name="project">The project.</param>
    /// <param name="userId">The user.</param>
    /// <param name="name">The user as the client wrote it.</param>
    /// <param name="platform">Name of the platform.</param>
    /// <param name="token">The token that the client presented.</param>
    public OpenImSession(OpenImConnection connection, Project project, long userId, string name, string platform, string token)
        : base(project, userId, connection.Endpoint, connection.Door.Host.UnixSeconds)
    {
        _connection = connection;
        _host = connection.Door.Host;
        _name = Encoding.UTF8.GetBytes(name);
        Name = name;
        Platform = platform;
        Token = token;
    }

    /// <summary>The user as this protocol writes it.</summary>
    public string Name { get; }

    /// <summary><see cref="Name"/> in UTF-8.</summary>
    public ReadOnlySpan<byte> NameBytes => _name;

    /// <inheritdoc/>
    public string Platform { get; }

    /// <summary>The token that the client presented. Never logged.</summary>
    public string Token { get; }

    /// <summary>The user as one that messages are shown to.</summary>
    public Viewer Viewer => new(UserId, Name);

    public override string Door => _connection.Door.Name;

    /// <summary>This protocol has no rooms, so the session never has a seat.</summary>
    public override bool SitsAlone => true;

    /// <summary>Typing, and what else is said once and not stored (§6.5).</summary>
    public override bool TakesTransient => true;

    /// <summary>Which connections of this protocol end which is the door's affair (§2.5); those of others stand beside them.</summary>
    public override bool Replaces(Session other) => false;

    /// <summary>No login through another protocol ends a session of this one.</summary>
    public override bool YieldsTo(Session newer) => false;

    /// <summary>Clients know their own messages by clientMsgID (§6.4).</summary>
    public override bool HearsOwn(Message message, bool isOrigin) => message.Conversation.Kind != ConversationKind.Room;

    /// <summary>Tells the newest number of the inbox, read after the session was opened: what comes from then on comes in order.</summary>
    public void BeginPushes(long newest)
    {
        lock (_gate)
        {
            _window.Begin(newest);
            Drain(_host.Heartbeat.Awake);
        }
    }

    public override bool AwaitsInboxNumbers => true;

    public override void Push(MessageDelivery delivery)
    {
        var message = delivery.Message;
        if (message.Conversation.Kind == ConversationKind.Room)
            return;
        var number = delivery.InboxNumberOf(UserId);
        var shared = SharedMessage.Of(delivery.FrameFor(_connection.Door.Encoder));
        if (shared.IsMade)
            Send(number, FrameOf(shared, message, number));
        else
            _ = SendWhenMadeAsync(message, Hold(number));
    }

    public override void OnNote(InboxNote note)
    {
        var shared = _connection.Door.Encoder.EncodeNote(note.Note);
        Send(note.Number, shared.IsShown ? GatewayFrames.PushOf(shared, _name, SequenceOf(note.Number)) : default);
    }

    /// <summary>Tells the client that it is no longer wanted, so that it does not come back by itself, and ends the connection (§2.5).</summary>
    public override void End(SessionEnd reason)
    {
        Close();
        _connection.Send(GatewayFrames.KickedOffline);
        _connection.CloseAfterFlush(reason == SessionEnd.Replaced ? CloseReason.Replaced : CloseReason.Kicked);
    }

    public override void OnRemovedFromRoom(long roomId)
    {
    }

    /// <summary>Is over: it is not sent anything any more. Closing twice is no error.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _host.Core.Sessions.Close(this);
        lock (_gate)
        {
            _isOver = true;
            _window.Clear();
        }
    }

    /// <summary>Lets go of what has waited long enough for numbers that did not come.</summary>
    /// <param name="now">The heartbeat's clock.</param>
    public void OnHeartbeat(long now)
    {
        if (!_hasHeld)
            return;
        lock (_gate)
            Drain(now);
    }

    private static uint SequenceOf(long number) => (uint)Math.Clamp(number, 0, uint.MaxValue);

    /// <summary>The frame of a message; empty when this client is not shown it.</summary>
    private ReadOnlyMemory<byte> FrameOf(in SharedMessage shared, Message message, long number) =>
        shared.IsShown && !IsHidden(message) ? GatewayFrames.PushOf(shared, _name, SequenceOf(number)) : default;

    /// <summary>Whether it is the sender's own copy, and the sender wants none (§6.4). Who writes to itself is the receiver too.</summary>
    private bool IsHidden(Message message) => message.Sender == UserId
        && message.Conversation.First != message.Conversation.Second && !MessageMapper.IsShownToSender(message);

    private void Send(long number, ReadOnlyMemory<byte> frame)
    {
        lock (_gate)
        {
            if (_isOver)
                return;
            if (_window.TryPass(number))
            {
                SendInTurn(frame);
                return;
            }
            var now = _host.Heartbeat.Awake;
            _window.Add(new HeldPush(number, now + GapMilliseconds) { Frame = frame, IsReady = true });
            Drain(now);
        }
    }

    /// <summary>Keeps the place of a push whose frame is still to be made.</summary>
    private HeldPush Hold(long number)
    {
        var push = new HeldPush(number, _host.Heartbeat.Awake + GapMilliseconds);
        lock (_gate)
        {
            if (!_isOver)
            {
                _window.Add(push);
                Drain(_host.Heartbeat.Awake);
            }
        }
        return push;
    }

    [SuppressMessage("Design", "CA1031:Do not catch general exception types", Justification = "Nobody awaits this.")]
    private async Task SendWhenMadeAsync(Message message, HeldPush push)
    {
        ReadOnlyMemory<byte> frame = default;
        try
        {
            frame = FrameOf(await _connection.Door.Encoder.EncodeAsync(message), message, push.Number);
        }
        catch (Exception exception)
        {
            _host.Logger.PushFailed(exception); // a stored message is pulled when the client sees the gap
        }
        lock (_gate)
        {
            if (_isOver)
                return;
            push.Frame = frame;
            push.IsReady = true;
            if (push.IsAlone)
                SendInTurn(frame);
            else
                Drain(_host.Heartbeat.Awake);
        }
    }

    /// <summary>Sends what may go out now. Inside the gate.</summary>
    private void Drain(long now)
    {
        var givenUp = _window.GivenUp;
        while (_window.TryTake(now, out var push))
            SendInTurn(push.Frame);
        _hasHeld = !_window.IsEmpty;
        if (_window.GivenUp > givenUp)
            _connection.Door.OnGivenUp(_window.GivenUp - givenUp);
    }

    private void SendInTurn(ReadOnlyMemory<byte> frame)
    {
        if (!frame.IsEmpty)
            _connection.Send(frame);
    }
}
