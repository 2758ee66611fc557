using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Core.Groups;
using Parley.Core.Messaging;
using Parley.Core.Sessions;
using Parley.Core.Storage;

namespace Parley.Core.MobilePush;

/// <summary>
/// Tells the devices of users who have no session of the peer-to-peer and group messages that were stored for them. Rooms and
/// broadcasts are not told of.
/// </summary>
/// <remarks>
/// At most once: what waits when the server stops, or does not fit the queue, is given up; the message itself is in history.
/// </remarks>
internal sealed class MobilePushService : IAsyncDisposable
{
    /// <summary>Users who are looked up at once.</summary>
    private const int Chunk = 1000;

    private const int PeerMute = 0;
    private const int GroupMute = 1;

    private readonly SessionRegistry _sessions;
    private readonly IUserStore _users;
    private readonly MobilePushOptions _options;
    private readonly ILogger _logger;
    private readonly Channel<Waiting> _waiting;
    private readonly PushLane[] _lanes;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task _finding;

    public MobilePushService(
        IReadOnlyList<IPushSender> senders, MobilePushOptions options, SessionRegistry sessions, IUserStore users, ILogger logger)
    {
        _sessions = sessions;
        _users = users;
        _options = options;
        _logger = logger;
        _waiting = Channel.CreateBounded<Waiting>(
            new BoundedChannelOptions(options.QueueLength) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true },
            _ => Metrics.OnDropped("None"));
        _lanes = [.. senders.Select(sender => new PushLane(sender, users, options, Metrics, logger))];
        _finding = Task.Run(FindAsync);
    }

    /// <summary>The figures.</summary>
    public MobilePushMetrics Metrics { get; } = new();

    /// <summary>Messages whose receivers were not looked up yet.</summary>
    public int WaitingMessages => _waiting.Reader.Count;

    /// <summary>A message was delivered to those who are online. Called in the message's lane.</summary>
    /// <param name="message">The message.</param>
    /// <param name="group">The group that it was said in.</param>
    /// <param name="anyway">Who is told even when muting it; null = nobody.</param>
    public void OnDelivered(Message message, Group? group, IReadOnlyCollection<long>? anyway = null)
    {
        var conversation = message.Conversation;
        var isWanted = conversation.Kind switch
        {
            ConversationKind.PeerToPeer => !_sessions.IsOnline(conversation.ProjectId, conversation.PeerOf(message.Sender)),
            ConversationKind.Group => group is not null,
            _ => false,
        };
        if (isWanted)
            _waiting.Writer.TryWrite(new(message, group, anyway));
    }

    /// <summary>Stops at once; what waits is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await _finding;
        foreach (var lane in _lanes)
            await lane.DisposeAsync();
        _stopping.Dispose();
        Metrics.Dispose();
    }

    private async Task FindAsync()
    {
        try
        {
            await foreach (var waiting in _waiting.Reader.ReadAllAsync(_stopping.Token))
            {
                try
                {
                    await FindAsync(waiting);
                }
                catch (Exception exception) when (exception is not OperationCanceledException || !_stopping.IsCancellationRequested)
                {
                    _logger.PushFaulted(exception, "None");
                }
            }
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task FindAsync(Waiting waiting)
    {
        var (message, group, anyway) = waiting;
        var conversation = message.Conversation;
        IReadOnlyList<long> receivers = group is not null ? group.Members : [conversation.PeerOf(message.Sender)];
        PushNotification? notification = null;
        var offline = new List<long>(Math.Min(receivers.Count, Chunk));
        for (var i = 0; i < receivers.Count; i++)
        {
            var hears = group is null || group.HearsAt(i, message.Sequence); // not who came after it was said
            if (hears && receivers[i] != message.Sender && !_sessions.IsOnline(conversation.ProjectId, receivers[i]))
                offline.Add(receivers[i]);
            if (offline.Count < Chunk && i < receivers.Count - 1)
                continue;
            notification = await TellAsync(message, offline, anyway, notification);
            offline.Clear();
        }
    }

    /// <summary>Queues notifications for the devices of these users. Reads the sender's name once there is a device to tell.</summary>
    private async Task<PushNotification?> TellAsync(
        Message message, List<long> users, IReadOnlyCollection<long>? anyway, PushNotification? notification)
    {
        var projectId = message.Conversation.ProjectId;
        if (users.Count == 0)
            return notification;
        var devices = await _users.GetDevicesOfAsync(projectId, users, _stopping.Token);
        if (devices.Count == 0)
            return notification;
        var isGroup = message.Conversation.Kind == ConversationKind.Group;
        var muted = await _users.GetMutedAsync(
            projectId, [.. devices.Select(device => device.UserId).Distinct()], isGroup ? GroupMute : PeerMute,
            isGroup ? message.Conversation.First : message.Sender, message.Type, _stopping.Token);
        var silent = muted.ToHashSet();
        silent.ExceptWith(anyway ?? []);
        foreach (var device in devices)
        {
            if (silent.Contains(device.UserId))
                continue;
            notification ??= await MakeAsync(message);
            foreach (var lane in _lanes)
            {
                if (!lane.Takes(projectId, device.Device.Platform))
                    continue;
                lane.Add(notification, device);
                break;
            }
        }
        return notification;
    }

    private async Task<PushNotification> MakeAsync(Message message)
    {
        var projectId = message.Conversation.ProjectId;
        var sender = await _users.GetProfileAsync(projectId, message.Sender, _stopping.Token);
        var isGroup = message.Conversation.Kind == ConversationKind.Group;
        return new()
        {
            ProjectId = projectId,
            Title = NotificationText.TitleOf(sender.PushName, message.Sender),
            Body = NotificationText.BodyOf(message, _options.TextCharacters),
            Kind = message.Conversation.Kind,
            From = message.Sender,
            GroupId = isGroup ? message.Conversation.First : 0,
            MessageId = message.MessageId,
            MessageType = message.Type,
            Time = message.Time,
        };
    }

    private readonly record struct Waiting(Message Message, Group? Group, IReadOnlyCollection<long>? Anyway);
}
