using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Rooms;
using Parley.Core.Sessions;
using Parley.Gateways.Beehive.Connections;
using Parley.Gateways.Beehive.Messages;
using Parley.Gateways.Connections;
using Parley.Wire.Beehive;

namespace Parley.Gateways.Beehive.Sessions;

/// <summary>A session (sid) that is logged in (beehive.md §9). A user may have many side by side.</summary>
internal sealed class BeehiveSession : Session
{
    private readonly BeehiveConnection _connection;
    private readonly BeehiveHost _host;
    private long _allocated;
    private int _closed;
    private volatile bool _wantsRoomNumbers;
    private (CatchUpMarks Marks, long Receptions)? _caughtUp; // used by the loop that reads

    public BeehiveSession(
        BeehiveConnection connection, Project project, Installation installation, string app, string version, long sequence)
        : base(project, installation.UserId, connection.Endpoint, connection.Door.Host.UnixSeconds)
    {
        _connection = connection;
        _host = connection.Door.Host;
        Installation = installation;
        App = app;
        Version = version;
        Live = new(this);
        ReservedFrom = sequence;
        ReservedSequence = (ulong)sequence + Installations.SequenceStep;
        _allocated = sequence;
        // clients of the seed generation over TCP need not ask (§9.8)
        _wantsRoomNumbers = connection.Generation == BeehiveGeneration.Seed && !connection.Door.IsWebSocket;
    }

    /// <summary>sid.</summary>
    public long SessionId => Installation.Id;

    public Installation Installation { get; }

    /// <summary>The application's name that ONLINE told.</summary>
    public string App { get; }

    /// <summary>Its version.</summary>
    public string Version { get; }

    /// <summary>Where the client goes on with its sequences.</summary>
    public long ReservedFrom { get; }

    /// <summary>The first sequence that is not reserved for the client yet.</summary>
    public ulong ReservedSequence { get; private set; }

    /// <summary>Whether it is over: nothing reaches the client any more.</summary>
    public bool IsOver => Volatile.Read(ref _closed) != 0 || _connection.IsClosing;

    /// <summary>Whether the client is told how many are in its rooms (§9.8).</summary>
    public bool WantsRoomNumbers => _wantsRoomNumbers;

    /// <summary>Chats that were sent here and not acknowledged, as far back as clients without dsid may acknowledge them.</summary>
    public SentChats Sent { get; } = new();

    /// <summary>What users and groups say, on its way here.</summary>
    public LiveMessages Live { get; }

    /// <summary>Which words about friendship were told here.</summary>
    public ToldWords Words { get; } = new();

    /// <summary>Which kept pushes of rooms were sent here.</summary>
    public RoomPushes RoomPushes { get; } = new();

    public override string Door => _connection.Door.Name;

    /// <summary>Rooms are a session's own here (§10.4).</summary>
    public override bool SitsAlone => true;

    /// <summary>Sessions stand side by side (§9.3); a second one with the same sid is found by the index.</summary>
    public override bool Replaces(Session other) => false;

    /// <summary>No login through another protocol ends a session of this one.</summary>
    public override bool YieldsTo(Session newer) => false;

    /// <summary>
    /// Of what was said through this session, it is sent what it said in rooms (§10.4), and to itself; what was said through others of the
    /// user, it is sent (§10.2, §10.3).
    /// </summary>
    public override bool HearsOwn(Message message, bool isOrigin) =>
        !isOrigin || message.Conversation.Kind == ConversationKind.Room
        || (message.Conversation.Kind == ConversationKind.PeerToPeer && message.Conversation.First == message.Conversation.Second);

    /// <summary>Takes part. Who has the same sid is thrown out.</summary>
    public void Open()
    {
        var before = _host.Sessions.Put(this);
        _host.Core.Sessions.Open(this);
        before?.End(SessionEnd.Replaced);
    }

    /// <summary>Is over: it leaves its rooms and is not sent anything any more. Closing twice is no error.</summary>
    public void Close()
    {
        if (Interlocked.Exchange(ref _closed, 1) != 0)
            return;
        _host.Sessions.Remove(this);
        _host.Core.Sessions.Close(this);
    }

    /// <summary>
    /// The client says goodbye: what was sent to it counts. Of one that merely goes nobody knows what it has read, and it is sent the
    /// groups' messages since its last SYNC again.
    /// </summary>
    public async ValueTask LeaveAsync()
    {
        var seen = _host.Core.Messenger.DeliveredThrough; // before the end: all that was delivered till here came here too
        Close();
        if (!Live.IsUpToDate)
            return;
        try
        {
            await _host.Core.Installations.SetSeenAsync(Project, Installation, seen, CancellationToken.None);
        }
        catch (Exception exception)
        {
            _host.Logger.SessionEndFailed(exception);
        }
    }

    /// <summary>
    /// Everything was sent that the session had missed. It counts when something comes from the client after this; of one that is gone by
    /// then nobody knows what it has read.
    /// </summary>
    public void CatchUpEnded(CatchUpMarks marks) => _caughtUp = (marks, _connection.Receptions);

    /// <summary>Whether the client has said something since <see cref="CatchUpEnded"/>, for which <see cref="CountCatchUpAsync"/> is due.</summary>
    public bool HasReadCatchUp => _caughtUp is { } ended && ended.Receptions != _connection.Receptions;

    /// <summary>What was sent by catching up counts from now on; when that cannot be stored, it is sent again.</summary>
    public async ValueTask CountCatchUpAsync()
    {
        if (_caughtUp is not { } ended)
            return;
        _caughtUp = null;
        await _host.Core.Installations.SetMarksAsync(Project, Installation, ended.Marks, CancellationToken.None);
    }

    /// <summary>The client used this sequence: reserves more. False when none is left.</summary>
    public async ValueTask<bool> ReserveAsync(ulong seen)
    {
        if (seen > long.MaxValue)
            return false;
        var next = await _host.Core.Installations.ReserveSequenceAsync(Project, SessionId, (long)seen, CancellationToken.None);
        if (next == 0)
            return false;
        ReservedSequence = (ulong)next + Installations.SequenceStep;
        return true;
    }

    /// <summary>A block of sequences for a client of the seed generation; its first, or 0 when none is left.</summary>
    public async ValueTask<long> AllocateAsync(int count)
    {
        var first = _allocated;
        var last = first + count - 1;
        if ((ulong)last >= ReservedSequence && !await ReserveAsync((ulong)last))
            return 0;
        _allocated = last + 1;
        return first;
    }

    /// <summary>Only one command is sent on subscription; others are no error (§9.8).</summary>
    public void Subscribe(uint command, bool isOn)
    {
        if (command == (uint)BeehiveCommand.RoomUserNumber)
            _wantsRoomNumbers = isOn;
    }

    /// <summary>Sends bytes of an operator as they are: BC or P2P (§10.5).</summary>
    public void SendRaw(BeehiveCommand command, ReadOnlyMemory<byte> body) => _connection.Send(new BeehiveHeader(command, 0, 0), body);

    /// <summary>Tells how many are in a room.</summary>
    public void SendRoomNumber(long roomId, int sessions) =>
        _connection.Send(BeehiveCommand.RoomUserNumber, BeehiveBodies.RoomUsrNum((ulong)roomId, (uint)sessions));

    public override void Push(MessageDelivery delivery)
    {
        var isConversation = delivery.Message.Conversation.Kind is ConversationKind.PeerToPeer or ConversationKind.Group;
        if (!isConversation && IsFirstPush(delivery.Message))
            SendNow(delivery);
        else if (isConversation && !Live.TryTake(delivery))
            _connection.Break(CloseReason.SlowReader);
    }

    /// <summary>Sends a message that is delivered.</summary>
    public void SendNow(MessageDelivery delivery) =>
        Send(delivery.Message, delivery.FrameFor(_host.Encoders.For(_connection.Generation, delivery.SubGroup)));

    /// <summary>Sends a message that was said before.</summary>
    public void Send(Message message) => Send(message, _host.Encoders.For(_connection.Generation).Encode(message));

    /// <summary>Sends a push of a room that the session has entered since.</summary>
    public void SendKept(Message message, int subGroup) =>
        Send(message, _host.Encoders.For(_connection.Generation, subGroup).Encode(message));

    /// <summary>Completes when what was sent does not wait any more.</summary>
    public ValueTask WaitForRoomAsync() => _connection.WaitForRoomAsync();

    public override bool OnFriendRequest(FriendRequest request)
    {
        Words.Add(request);
        Tell(request);
        return true;
    }

    /// <summary>Tells a word about friendship.</summary>
    public void Tell(FriendRequest request)
    {
        var (sender, receiver) = ((ulong)request.Sender, (ulong)request.Receiver);
        if (request.IsRemoval)
            _connection.Send(BeehiveCommand.FriendDel, BeehiveBodies.TwoUid(sender, receiver));
        else
            _connection.Send(BeehiveCommand.FriendAdd, BeehiveBodies.FriendAdd(sender, receiver, request.Remark));
    }

    public override void OnGroupNotice(GroupNotice notice)
    {
        BeehiveCommand command;
        switch (notice.Kind)
        {
            case GroupNoticeKind.Joined: command = BeehiveCommand.GroupJoinNotification; break;
            case GroupNoticeKind.Left or GroupNoticeKind.Dissolved: command = BeehiveCommand.GroupQuitNotification; break;
            case GroupNoticeKind.Kicked: command = BeehiveCommand.GroupKickNotification; break;
            case GroupNoticeKind.Gagged: command = BeehiveCommand.GroupGagAddNotification; break;
            case GroupNoticeKind.Ungagged: command = BeehiveCommand.GroupGagDelNotification; break;
            case GroupNoticeKind.Blacklisted: command = BeehiveCommand.GroupBlacklistAddNotification; break;
            case GroupNoticeKind.Unblacklisted: command = BeehiveCommand.GroupBlacklistDelNotification; break;
            case GroupNoticeKind.ManagerAdded: command = BeehiveCommand.GroupManagerAddNotification; break;
            case GroupNoticeKind.ManagerRemoved: command = BeehiveCommand.GroupManagerDelNotification; break;
            default: return;
        }
        _connection.Send(command, BeehiveBodies.UidGid((ulong)notice.UserId, (ulong)notice.GroupId));
    }

    public override void OnGroupInvitation(long groupId, long inviter) =>
        _connection.Send(BeehiveCommand.GroupInvite, BeehiveBodies.GroupInvite((ulong)inviter, (ulong)groupId, (ulong)UserId));

    public override void OnRoomNotice(RoomNotice notice)
    {
        var command = notice.Kind switch
        {
            RoomNoticeKind.Joined => BeehiveCommand.RoomJoinNotification,
            RoomNoticeKind.Left => BeehiveCommand.RoomQuitNotification,
            _ => BeehiveCommand.RoomKickNotification,
        };
        if (_connection.Generation == BeehiveGeneration.Seed)
            _connection.Send(command, BeehiveBodies.RoomNotificationG1((ulong)notice.UserId));
        else
            _connection.Send(command, BeehiveBodies.UidRid((ulong)notice.UserId, (ulong)notice.RoomId));
    }

    public override void OnRemovedFromRoom(long roomId) =>
        _connection.Send(BeehiveCommand.RoomKick, BeehiveBodies.UidRid((ulong)UserId, (ulong)roomId));

    /// <summary>Tells the client why, listens to it no more, and ends the connection in a while (§9.3).</summary>
    public override void End(SessionEnd reason)
    {
        var (code, text, close) = reason switch
        {
            SessionEnd.Replaced => (BeehiveCode.Collision, "Session's nid is collision!", CloseReason.Replaced),
            SessionEnd.Banned => (BeehiveCode.PermissionDenied, "User is in blacklist!", CloseReason.Kicked),
            _ => (BeehiveCode.PermissionDenied, "Session is kicked!", CloseReason.Kicked),
        };
        _connection.CloseLater(close);
        Close();
        _connection.Send(BeehiveCommand.Kick, BeehiveBodies.Kick((uint)code, text), sessionId: (ulong)SessionId);
    }

    private void Send(Message message, ReadOnlyMemory<byte> frame)
    {
        if (frame.IsEmpty || Volatile.Read(ref _closed) != 0)
            return;
        var header = BeehiveFrame.HeaderOf(frame);
        if (message.Conversation.Kind == ConversationKind.PeerToPeer && message.Sender != UserId)
            Sent.Add(message, header.Sequence, header.TargetSessionId);
        _connection.Send(header, BeehiveFrame.BodyOf(frame));
    }

    /// <summary>Whether it is no kept push of an operator to a room, or one that the session was not sent before.</summary>
    private bool IsFirstPush(Message message) =>
        message.Conversation.Kind != ConversationKind.Room || !BeehiveEnvelope.TryRead(message.Envelope, out var envelope) || envelope.Kind != EnvelopeKind.RawPush || envelope.Expire == 0
            || RoomPushes.TryPush(message);
}
