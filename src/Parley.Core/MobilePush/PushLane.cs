using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using Parley.Core.Storage;
using Parley.Core.Users;

namespace Parley.Core.MobilePush;

/// <summary>
/// The notifications of one sender: a bounded queue and a few workers, so that a service that hangs holds up no other. When the queue
/// is full the oldest notification is dropped and counted.
/// </summary>
internal sealed class PushLane : IAsyncDisposable
{
    private readonly IPushSender _sender;
    private readonly IUserStore _users;
    private readonly MobilePushMetrics _metrics;
    private readonly ILogger _logger;
    private readonly Channel<(PushNotification Notification, UserDevice Device)> _waiting;
    private readonly CancellationTokenSource _stopping = new();
    private readonly Task[] _workers;

    public PushLane(IPushSender sender, IUserStore users, MobilePushOptions options, MobilePushMetrics metrics, ILogger logger)
    {
        _sender = sender;
        _users = users;
        _metrics = metrics;
        _logger = logger;
        _waiting = Channel.CreateBounded<(PushNotification Notification, UserDevice Device)>(
            new BoundedChannelOptions(options.QueueLength) { FullMode = BoundedChannelFullMode.DropOldest },
            _ => metrics.OnDropped(sender.Kind));
        _workers = [.. Enumerable.Range(0, options.Parallel).Select(_ => Task.Run(RunAsync))];
    }

    /// <summary>Whether this lane's sender is for the device.</summary>
    public bool Takes(long projectId, string platform) => _sender.Takes(projectId, platform);

    /// <summary>Queues a notification.</summary>
    public void Add(PushNotification notification, UserDevice device) => _waiting.Writer.TryWrite((notification, device));

    /// <summary>Stops at once; what waits is given up.</summary>
    public async ValueTask DisposeAsync()
    {
        _waiting.Writer.TryComplete();
        await _stopping.CancelAsync();
        await Task.WhenAll(_workers);
        _stopping.Dispose();
        _sender.Dispose();
    }

    private async Task RunAsync()
    {
        try
        {
            await foreach (var (notification, device) in _waiting.Reader.ReadAllAsync(_stopping.Token))
                await SendAsync(notification, device);
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
        }
    }

    private async Task SendAsync(PushNotification notification, UserDevice device)
    {
        try
        {
            var result = await _sender.SendAsync(notification, device, _stopping.Token);
            if (result.Status == PushStatus.Sent)
                _metrics.OnSent(_sender.Kind);
            else
                _metrics.OnFailed(_sender.Kind);
            if (result.Status == PushStatus.Gone)
                await RemoveAsync(notification.ProjectId, device.UserId, device.Device.Token);
            foreach (var token in result.InvalidTokens ?? [])
                await RemoveAsync(notification.ProjectId, device.UserId, token);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !_stopping.IsCancellationRequested)
        {
            _metrics.OnFailed(_sender.Kind);
            _logger.PushFaulted(exception, _sender.Kind);
        }
    }

    private async Task RemoveAsync(long projectId, long userId, string token)
    {
        await _users.RemoveDeviceAsync(projectId, userId, token, _stopping.Token);
        _metrics.OnRemoved(_sender.Kind);
        _logger.DeviceRemoved(projectId, userId, _sender.Kind);
    }
}
