using System.Runtime.InteropServices;
using Parley.Core;
using Parley.Core.Messaging;
using Parley.Core.Pending;
using Parley.Gateways.Connections;
using Parley.Gateways.GoIm.Connections;
using Parley.Gateways.Messages;

namespace Parley.Gateways.GoIm.Messages;

/// <summary>
/// What a session is sent until it acknowledges it (goim-json §10): a window of pushes, each sent again when its acknowledgement does
/// not come in time. What does not fit in the window waits in the store and is read from there, so the memory of a session is bounded
/// however much it has to catch up on.
/// </summary>
/// <remarks>
/// Two ways lead into the window. In the live state a message that is delivered is pushed at once. While the session catches up, a
/// delivered message only leaves word of its place, and one loop reads the store from there; when it finds no such word, under the gate,
/// the session is live. So the pushes of a conversation are in order and none is missed.
/// </remarks>
internal sealed class GoImMailbox(GoImSession session, GoImConnection connection, GoImHost host) : IDisposable
{
    private const int MostBytes = 1024 * 1024;
    private const int MostLate = 10_000;
    private const int ReadAhead = 200;

    private readonly Lock _gate = new();
    private readonly Dictionary<long, Push> _window = []; // by place in the log
    private readonly Queue<(long Position, long SentAt)> _order = new(); // may name pushes that were acknowledged meanwhile
    private readonly Dictionary<ConversationKey, Progress> _progress = [];
    private readonly Dictionary<ConversationKey, long> _missed = [];
    private readonly List<PendingSource> _reading = [];
    private readonly HashSet<long> _late = [];
    private readonly CancellationTokenSource _closing = new();
    private TaskCompletionSource? _room;
    private long _windowBytes;
    private bool _isCatchingUp = true;
    private bool _isClosed;

    private bool IsFull => _window.Count >= host.Settings.PushWindow || _windowBytes >= MostBytes;

    /// <summary>Begins with what is pending. Until then nothing is pushed.</summary>
    public void Start() => _ = CatchUpAsync(isLogin: true);

    /// <summary>A message was delivered to the session. Called in the message's lane.</summary>
    public void OnDelivered(MessageDelivery delivery)
    {
        var message = delivery.Message;
        lock (_gate)
        {
            if (_isClosed || WasPushed(message))
                return;
            if (!_isCatchingUp && !IsFull && delivery.FrameFor(host.Encoder) is { IsEmpty: false } frame)
            {
                Add(message, frame, isLive: true);
                return;
            }
            _missed.TryAdd(message.Conversation, message.Sequence);
            if (_isCatchingUp)
                return;
            _isCatchingUp = true;
        }
        _ = Task.Run(() => CatchUpAsync(isLogin: false));
    }

    /// <summary>The client acknowledged the message at this place of the log.</summary>
    public ValueTask AcknowledgeAsync(long position)
    {
        Push push;
        lock (_gate)
        {
            if (!_window.Remove(position, out push))
                return AcknowledgeLateAsync(position);
            Leave(push, isAcknowledged: true);
        }
        host.Core.Positions.Advance(push.Conversation, session.UserId, push.From, push.Sequence);
        return host.Core.Pending.AcknowledgeAsync(new(push.Conversation, session.UserId, push.From, push.Sequence));
    }

    /// <summary>The user has left a conversation: nothing of it is sent again (§7, GI-010).</summary>
    public void Forget(ConversationKey conversation)
    {
        lock (_gate)
        {
            foreach (var (position, push) in _window)
            {
                if (push.Conversation != conversation)
                    continue;
                _window.Remove(position);
                Leave(push, isAcknowledged: true);
            }
            _missed.Remove(conversation);
            foreach (var source in _reading)
                source.IsForgotten |= source.Conversation == conversation;
            if (!_isCatchingUp)
                _progress.Remove(conversation);
        }
    }

    /// <summary>Sends again what was not acknowledged in time; gives up what was sent often enough.</summary>
    public void OnHeartbeat(long now)
    {
        lock (_gate)
        {
            while (_order.TryPeek(out var first) && now - first.SentAt >= host.Settings.AcknowledgeMilliseconds)
            {
                _order.Dequeue();
                ref var push = ref CollectionsMarshal.GetValueRefOrNullRef(_window, first.Position);
                if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref push))
                    continue;
                if (push.Transmissions >= host.Settings.Transmissions)
                {
                    var given = push;
                    _window.Remove(first.Position);
                    Leave(given, isAcknowledged: false);
                    continue;
                }
                push.Transmissions++;
                connection.Send(push.Frame);
                _order.Enqueue((first.Position, now));
            }
        }
    }

    /// <summary>The session is over.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_isClosed)
                return;
            _isClosed = true;
            _window.Clear();
            _order.Clear();
            _missed.Clear();
            _progress.Clear();
        }
        _closing.Cancel();
        _closing.Dispose();
    }

    /// <summary>
    /// A message that is not waited for: one that was given up, or that was pushed to an earlier connection. It counts when it was for
    /// this user (§10.3).
    /// </summary>
    private async ValueTask AcknowledgeLateAsync(long position)
    {
        var message = await host.Core.Store.Messages.FindAtAsync(session.Project.Id, position, CancellationToken.None);
        if (message is null || !await session.MayAcknowledgeAsync(message))
            return;
        lock (_gate)
        {
            if (_isCatchingUp && _late.Count < MostLate)
                _late.Add(position);
        }
        host.Core.Positions.Advance(message.Conversation, session.UserId, message.Sequence, message.Sequence);
        await host.Core.Pending.AcknowledgeAsync(new(message.Conversation, session.UserId, message.Sequence, message.Sequence));
    }

    private async Task CatchUpAsync(bool isLogin)
    {
        try
        {
            var token = _closing.Token;
            if (isLogin)
            {
                var pending = await host.Core.Pending.GetAsync(session.Project.Id, session.UserId, token);
                await DeliverAsync(SourcesOf(pending, isGroup: false), token);
                await DeliverAsync(SourcesOf(pending, isGroup: true), token);
                await session.PushFriendRequestsAsync(token);
            }
            while (TakeMissed() is { Count: > 0 } missed)
                await DeliverAsync(missed, token);
        }
        catch (Exception exception) when (exception is OperationCanceledException or ObjectDisposedException && _isClosed)
        {
            // the session is over; the store keeps what is pending
        }
        catch (Exception exception)
        {
            host.Logger.PendingDeliveryFailed(exception);
            connection.Break(CloseReason.Fault);
        }
    }

    private List<PendingSource> SourcesOf(IReadOnlyList<PendingConversation> pending, bool isGroup)
    {
        var chosen = pending.Where(one => (one.Conversation.Kind == ConversationKind.Group) == isGroup).ToList();
        var sources = new List<PendingSource>(chosen.Count);
        lock (_gate)
        {
            foreach (var one in chosen)
            {
                _progress[one.Conversation] = new Progress { Pushed = one.Floor };
                sources.Add(new(host.Core, one.Conversation, one.Floor, one.Head, one.Ahead, session.IsFor, ChunkFor(chosen.Count)));
            }
            _reading.AddRange(sources);
        }
        return sources;
    }

    /// <summary>Where to read on; none when nothing was missed, and then the session is live.</summary>
    private List<PendingSource> TakeMissed()
    {
        var sources = new List<PendingSource>();
        lock (_gate)
        {
            foreach (var (conversation, first) in _missed)
            {
                var pushed = _progress.TryGetValue(conversation, out var progress) ? progress.Pushed : 0;
                sources.Add(new(
                    host.Core, conversation, Math.Max(first - 1, pushed), long.MaxValue, [], session.IsFor, ChunkFor(_missed.Count)));
            }
            _missed.Clear();
            _reading.AddRange(sources);
            if (sources.Count > 0)
                return sources;
            _isCatchingUp = false;
            _late.Clear();
            foreach (var (conversation, progress) in _progress)
            {
                if (progress.IsIdle)
                    _progress.Remove(conversation);
            }
        }
        return sources;
    }

    private static int ChunkFor(int sources) => Math.Min(ReadAhead / Math.Max(sources, 1), 100);

    /// <summary>Pushes everything of these conversations, oldest first.</summary>
    private async Task DeliverAsync(List<PendingSource> sources, CancellationToken cancellationToken)
    {
        var next = new PriorityQueue<PendingSource, long>();
        foreach (var source in sources)
            await AdvanceAsync(source);
        while (next.TryDequeue(out var source, out _))
        {
            if (await source.GetCurrentAsync(cancellationToken) is { } message)
                await PushAsync(source, message, cancellationToken);
            await AdvanceAsync(source);
        }

        async ValueTask AdvanceAsync(PendingSource source)
        {
            if (await source.MoveNextAsync(cancellationToken))
                next.Enqueue(source, source.Position);
            else
                await EndAsync(source);
        }
    }

    private async Task PushAsync(PendingSource source, Message message, CancellationToken cancellationToken)
    {
        var conversation = message.Conversation;
        var frame = await host.Encoder.EncodeAsync(message);
        if (frame.IsEmpty)
        {
            host.Logger.MessageTooLong(message.Body.Length, 1);
            return;
        }
        while (true)
        {
            if (conversation.Kind == ConversationKind.Group && !await host.Core.Groups.IsMemberAsync(session.Project, conversation.First, session.UserId))
                return; // left since it was read
            Task room;
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isClosed, this);
                if (source.IsForgotten || _late.Remove(message.Position))
                    return;
                if (!IsFull)
                {
                    Add(message, frame);
                    return;
                }
                room = (_room ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
            }
            await room.WaitAsync(cancellationToken);
        }
    }

    /// <summary>A conversation was read to its end: what came last and was not for the user needs no acknowledgement.</summary>
    private ValueTask EndAsync(PendingSource source)
    {
        long from;
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_isClosed, this); // nobody knows any more what was not acknowledged
            _reading.Remove(source);
            if (source.IsForgotten)
                return ValueTask.CompletedTask;
            ref var progress = ref CollectionsMarshal.GetValueRefOrAddDefault(_progress, source.Conversation, out _);
            from = progress.Pushed + 1;
            if (from > source.Through)
                return ValueTask.CompletedTask;
            progress.Pushed = source.Through;
        }
        return host.Core.Pending.AcknowledgeAsync(new(source.Conversation, session.UserId, from, source.Through));
    }

    /// <summary>
    /// Whether the message was read from the store before its delivery came here. Also notes that it came, since only then its
    /// conversation may be forgotten. Inside the gate.
    /// </summary>
    private bool WasPushed(Message message)
    {
        ref var progress = ref CollectionsMarshal.GetValueRefOrNullRef(_progress, message.Conversation);
        if (System.Runtime.CompilerServices.Unsafe.IsNullRef(ref progress))
            return false;
        progress.Delivered = Math.Max(progress.Delivered, message.Sequence);
        return message.Sequence <= progress.Pushed;
    }

    /// <summary>Puts a push into the window and sends it. Inside the gate.</summary>
    private void Add(Message message, ReadOnlyMemory<byte> frame, bool isLive = false)
    {
        ref var progress = ref CollectionsMarshal.GetValueRefOrAddDefault(_progress, message.Conversation, out _);
        _window[message.Position] = new Push
        {
            Frame = frame,
            Conversation = message.Conversation,
            From = progress.Pushed + 1,
            Sequence = message.Sequence,
            Transmissions = 1,
        };
        progress.Pushed = message.Sequence;
        progress.Delivered = isLive ? message.Sequence : progress.Delivered;
        progress.Waiting++;
        _windowBytes += frame.Length;
        if (_order.Count > 4 * host.Settings.PushWindow)
            Tidy();
        _order.Enqueue((message.Position, host.Heartbeat.Awake));
        connection.Send(frame);
    }

    /// <summary>A push has left the window. Inside the gate.</summary>
    private void Leave(in Push push, bool isAcknowledged)
    {
        _windowBytes -= push.Frame.Length;
        ref var progress = ref CollectionsMarshal.GetValueRefOrAddDefault(_progress, push.Conversation, out _);
        progress.Waiting--;
        progress.IsStuck |= !isAcknowledged;
        if (progress.IsIdle && !_isCatchingUp)
            _progress.Remove(push.Conversation);
        if (_room is null || IsFull)
            return;
        _room.TrySetResult();
        _room = null;
    }

    /// <summary>Forgets the places of pushes that were acknowledged.</summary>
    private void Tidy()
    {
        for (var i = _order.Count; i > 0; i--)
        {
            var entry = _order.Dequeue();
            if (_window.ContainsKey(entry.Position))
                _order.Enqueue(entry);
        }
    }

    private struct Push
    {
        public ReadOnlyMemory<byte> Frame;
        public ConversationKey Conversation;
        public long From; // what lies between this and the sequence is not for the user
        public long Sequence;
        public int Transmissions;
    }

    /// <summary>How far a conversation was pushed. Forgotten when everything was acknowledged and its delivery has come.</summary>
    private struct Progress
    {
        public long Pushed;
        public long Delivered;
        public int Waiting;
        public bool IsStuck;

        public readonly bool IsIdle => Waiting == 0 && !IsStuck && Delivered >= Pushed;
    }
}
