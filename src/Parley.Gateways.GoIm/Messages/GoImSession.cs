using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Core.Relations;
using Parley.Core.Sessions;
using Parley.Gateways.Connections;
using Parley.Gateways.GoIm.Connections;
using Parley.Wire.GoIm;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.GoIm.Messages;

/// <summary>A user logged in through the msg_server.</summary>
internal sealed class GoImSession : Session
{
    private readonly GoImConnection _connection;
    private readonly GoImHost _host;
    private readonly long _oldest;
    private readonly Lock _gate = new();
    private readonly HashSet<Guid> _toldRequests = []; // while those that wait are read: some of them may come on their own too
    private volatile bool _tellsRequests;
    private bool _readsRequests;
    private bool _isWelcome;
    private bool _isOver;
    private SessionEnd? _end;

    public GoImSession(GoImConnection connection, Project project, long userId, string clientId)
        : base(project, userId, connection.Endpoint, connection.Door.Host.Time.GetUtcNow().ToUnixTimeSeconds())
    {
        _connection = connection;
        _host = connection.Door.Host;
        ClientId = clientId;
        var days = _host.Settings.PendingDays;
        _oldest = days == 0 ? 0 : _host.Time.GetUtcNow().AddDays(-days).ToUnixTimeMilliseconds();
        Mailbox = new GoImMailbox(this, connection, _host);
    }

    /// <summary>The user's id as the client wrote it.</summary>
    public string ClientId { get; }

    /// <summary>What the client is sent until it acknowledges it.</summary>
    public GoImMailbox Mailbox { get; }

    public override string Door => _connection.Door.Name;

    /// <summary>A user is here on one connection at the most, whatever the project allows (goim-json §8.1).</summary>
    public override bool Replaces(Session other) => other is GoImSession || base.Replaces(other);

    /// <summary>In topics, and alone with itself, a client is pushed its own messages (§7, GI-004 and GI-012).</summary>
    public override bool HearsOwn(Message message, bool isOrigin) => IsFor(message);

    /// <summary>Whether a message of a conversation of this user is pushed to it.</summary>
    public bool IsFor(Message message)
    {
        if (message.IsDeleted || message.Time < _oldest)
            return false;
        var conversation = message.Conversation;
        return conversation.Kind switch
        {
            ConversationKind.PeerToPeer => message.Sender != UserId || conversation.First == conversation.Second,
            ConversationKind.Group => true,
            ConversationKind.Broadcast => message.Sender != UserId,
            _ => false,
        };
    }

    /// <summary>Whether the user is a receiver of a message, so that it may be acknowledged.</summary>
    public async ValueTask<bool> MayAcknowledgeAsync(Message message)
    {
        var conversation = message.Conversation;
        return conversation.Kind switch
        {
            ConversationKind.PeerToPeer => (conversation.First == UserId || conversation.Second == UserId) && IsFor(message),
            ConversationKind.Group => await _host.Core.Groups.IsMemberAsync(Project, conversation.First, UserId),
            ConversationKind.Broadcast => true,
            _ => false,
        };
    }

    public override void Push(MessageDelivery delivery)
    {
        if (delivery.Message.Conversation.Kind != ConversationKind.Room)
            Mailbox.OnDelivered(delivery);
    }

    /// <summary>
    /// Answers the login, which is the client's first news of the session (§7, GI-002): who ends the session before is heard after it.
    /// </summary>
    public void Welcome(GoImCall call)
    {
        SessionEnd? end;
        lock (_gate)
        {
            call.Succeed();
            _isWelcome = true;
            end = _end;
        }
        if (end is { } reason)
            SayFarewell(reason);
        else
            Mailbox.Start();
    }

    /// <summary>The client logs out: nothing more is pushed to it.</summary>
    public void FallSilent()
    {
        lock (_gate)
        {
            _isOver = true;
            Mailbox.Dispose();
        }
    }

    public override void End(SessionEnd reason)
    {
        lock (_gate)
        {
            _end ??= reason;
            if (!_isWelcome)
                return;
        }
        SayFarewell(reason);
    }

    public override void OnRemovedFromRoom(long roomId)
    {
        // the protocol has no rooms
    }

    /// <summary>The protocol has no word for the end of a friendship.</summary>
    public override bool OnFriendRequest(FriendRequest request)
    {
        if (request.IsRemoval)
            return false;
        if (_tellsRequests && IsNews(request))
            _ = PushSafelyAsync(request);
        return true;
    }

    /// <summary>
    /// Pushes all requests that wait for the user, oldest first (§7, GI-018), and from now on those that come. Until then those that come
    /// are among those that wait.
    /// </summary>
    public async Task PushFriendRequestsAsync(CancellationToken cancellationToken)
    {
        lock (_toldRequests)
            _readsRequests = true;
        _tellsRequests = true;
        foreach (var request in await _host.Core.FriendRequests.GetForAsync(Project, UserId, cancellationToken))
        {
            if (!request.IsRemoval && IsNews(request))
                await PushAsync(request);
        }
        lock (_toldRequests)
        {
            _readsRequests = false;
            _toldRequests.Clear();
        }
    }

    /// <summary>One answer that nobody asked for, and the end (§8.2).</summary>
    private void SayFarewell(SessionEnd reason)
    {
        using var output = new PooledBufferWriter();
        var writer = new GoImWriter(output, "resp_logout"u8, ok: true, GoImFailures.LoggedInElsewhere);
        writer.TryEnd("null"u8, _host.TimeMember);
        lock (_gate)
        {
            if (_isOver)
                return;
            _isOver = true;
            Mailbox.Dispose();
            _connection.Answers.EndAll(output.WrittenSpan);
        }
        _connection.CloseAfterFlush(reason == SessionEnd.Replaced ? CloseReason.Replaced : CloseReason.Kicked);
    }

    /// <summary>False for a request that was told while those that wait are read.</summary>
    private bool IsNews(FriendRequest request)
    {
        lock (_toldRequests)
            return !_readsRequests || _toldRequests.Add(request.Id);
    }

    private async Task PushSafelyAsync(FriendRequest request)
    {
        try
        {
            await PushAsync(request);
        }
        catch (Exception exception)
        {
            // it waits, and is pushed at the next login
            _host.Logger.PendingDeliveryFailed(exception);
        }
    }

    private async Task PushAsync(FriendRequest request)
    {
        var sender = await _host.Core.Names.GetNameAsync(Project.Id, request.Sender);
        using var output = new PooledBufferWriter();
        Write(output, request, sender);
        lock (_gate)
        {
            if (!_isOver)
                _connection.Send(output.WrittenSpan);
        }
    }

    private void Write(PooledBufferWriter output, FriendRequest request, string sender)
    {
        var writer = new GoImWriter(output, "receive_ask"u8, ok: true, default);
        writer.Add("add_friend"u8);
        writer.Add(sender);
        writer.Add(request.Time / 1000);
        writer.Add(request.Id.ToString("D"));
        writer.TryEnd("null"u8, _host.TimeMember);
    }
}
