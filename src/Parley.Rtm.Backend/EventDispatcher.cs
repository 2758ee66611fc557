using System.Collections.Immutable;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Rtm.Transport;
using Parley.Wire.Fpnn;

namespace Parley.Rtm.Backend;

/// <summary>
/// Takes the pushes of the server gate: answers, drops what was told before, and hands the rest to the monitor and to all readers, each
/// behind a bounded queue. A full queue makes the connection wait; nothing is dropped.
/// </summary>
internal sealed class EventDispatcher : IAsyncDisposable
{
    private readonly RtmBackendOptions _options;
    private readonly ILogger _logger;
    private readonly DuplicateFilter _filter;
    private readonly CancellationTokenSource _lifetime = new();
    private readonly AsyncLocal<bool> _isMonitor = new();
    private readonly Task _monitoring = Task.CompletedTask;
    private ImmutableArray<Channel<RtmEvent>> _queues = [];

    public EventDispatcher(RtmBackendOptions options)
    {
        _options = options;
        _logger = options.Logger;
        _filter = new DuplicateFilter(options.TimeProvider);
        if (options.Monitor is { } monitor)
        {
            var queue = AddQueue();
            _monitoring = Task.Run(() => MonitorAsync(monitor, queue));
        }
    }

    public async ValueTask HandleAsync(FpnnQuest quest, CancellationToken cancellationToken)
    {
        var kind = quest.Method switch
        {
            "pushmsg" => RtmConversationType.P2P,
            "pushgroupmsg" => RtmConversationType.Group,
            "pushroommsg" => RtmConversationType.Room,
            "pushevent" => RtmConversationType.None,
            _ => (RtmConversationType)(-1),
        };
        if (kind < 0)
            return;
        await quest.AnswerAsync(null, cancellationToken);
        if (!TryRead(quest, kind, out var happened))
        {
            BackendLog.UnreadablePush(_logger, quest.Method);
            return;
        }

        if (happened is RtmMessageEvent message && !_filter.IsNew(kind, message.From, message.Target, message.Mid))
            return;
        foreach (var queue in _queues)
        {
            try
            {
                await queue.Writer.WriteAsync(happened, cancellationToken);
            }
            catch (ChannelClosedException)
            {
                // This reader has gone.
            }
        }
    }

    /// <summary>A queue that gets everything from now on, until it is removed.</summary>
    public Channel<RtmEvent> AddQueue()
    {
        var queue = Channel.CreateBounded<RtmEvent>(_options.EventCapacity);
        ImmutableInterlocked.Update(ref _queues, static (queues, added) => queues.Add(added), queue);
        if (_lifetime.IsCancellationRequested)
            queue.Writer.TryComplete();
        return queue;
    }

    public void RemoveQueue(Channel<RtmEvent> queue)
    {
        ImmutableInterlocked.Update(ref _queues, static (queues, removed) => queues.Remove(removed), queue);
        queue.Writer.TryComplete();
    }

    public async ValueTask DisposeAsync()
    {
        await _lifetime.CancelAsync();
        foreach (var queue in _queues)
            queue.Writer.TryComplete();
        // a monitor may dispose of the client, and must not wait for itself
        if (!_isMonitor.Value)
            await _monitoring;
    }

    private static bool TryRead(FpnnQuest quest, RtmConversationType kind, out RtmEvent happened)
    {
        happened = null!;
        if (!quest.TryRead(out var parameters))
            return false;
        happened = kind == RtmConversationType.None ? ReadEvent(ref parameters) : ReadMessage(ref parameters, kind);
        return !parameters.Failed;
    }

    private static RtmUserEvent ReadEvent(ref FpnnParameters parameters) => new(
        parameters.String("event"u8),
        parameters.Int64("uid"u8),
        UnixTime.FromSeconds(parameters.Int64OrDefault("time"u8)),
        parameters.StringOrEmpty("endpoint"u8, ignoreWrongType: true),
        parameters.StringOrEmpty("data"u8, ignoreWrongType: true));

    private static RtmMessageEvent ReadMessage(ref FpnnParameters parameters, RtmConversationType kind) => new(
        kind,
        parameters.Int64("from"u8),
        parameters.Int64(kind switch
        {
            RtmConversationType.P2P => "to"u8,
            RtmConversationType.Group => "gid"u8,
            _ => "rid"u8,
        }),
        parameters.Int64("mid"u8),
        (byte)parameters.Int64OrDefault("mtype"u8),
        new RtmContent(parameters.Bytes("msg"u8, out var isBinary).ToArray(), isBinary),
        parameters.StringOrEmpty("attrs"u8, ignoreWrongType: true),
        UnixTime.FromMilliseconds(parameters.Int64OrDefault("mtime"u8, ignoreWrongType: true)));

    private async Task MonitorAsync(IRtmMonitor monitor, Channel<RtmEvent> queue)
    {
        _isMonitor.Value = true;
        await foreach (var happened in queue.Reader.ReadAllAsync(CancellationToken.None))
        {
            if (_lifetime.IsCancellationRequested)
                return;
            try
            {
                await (happened switch
                {
                    RtmMessageEvent { Conversation: RtmConversationType.P2P } message => monitor.OnP2PMessageAsync(message, _lifetime.Token),
                    RtmMessageEvent { Conversation: RtmConversationType.Group } message => monitor.OnGroupMessageAsync(message, _lifetime.Token),
                    RtmMessageEvent message => monitor.OnRoomMessageAsync(message, _lifetime.Token),
                    RtmUserEvent userEvent => monitor.OnUserEventAsync(userEvent, _lifetime.Token),
                    _ => throw new InvalidOperationException($"{happened.GetType()} is no known event."),
                });
            }
            catch (OperationCanceledException) when (_lifetime.IsCancellationRequested)
            {
                return;
            }
            catch (Exception error)
            {
                BackendLog.MonitorFailed(_logger, error);
            }
        }
    }
}
