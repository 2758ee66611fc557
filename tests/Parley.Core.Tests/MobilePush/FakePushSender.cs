using System.Collections.Concurrent;
using System.Threading.Channels;
using Parley.Core.MobilePush;
using Parley.Core.Users;

namespace Parley.Core.Tests.MobilePush;

/// <summary>A sender that remembers what it was to send.</summary>
internal sealed class FakePushSender : IPushSender
{
    private readonly Channel<(PushNotification Notification, UserDevice Device)> _sent =
        Channel.CreateUnbounded<(PushNotification Notification, UserDevice Device)>();

    public string Kind => "Fake";

    public long ProjectId { get; init; }

    public string? Platform { get; init; }

    /// <summary>Awaited before each notification; null = none.</summary>
    public Task? Held { get; set; }

    public SemaphoreSlim Begun { get; } = new(0);

    public Func<UserDevice, PushResult> Result { get; set; } = static _ => new(PushStatus.Sent);

    public ConcurrentQueue<string> Tokens { get; } = new();

    public bool IsDisposed { get; private set; }

    public bool Takes(long projectId, string platform) =>
        (ProjectId == 0 || ProjectId == projectId) && (Platform is null || Platform == platform);

    public async ValueTask<PushResult> SendAsync(PushNotification notification, UserDevice device, CancellationToken cancellationToken)
    {
        Begun.Release();
        if (Held is not null)
            await Held.WaitAsync(cancellationToken);
        Tokens.Enqueue(device.Device.Token);
        _sent.Writer.TryWrite((notification, device));
        return Result(device);
    }

    public async Task<(PushNotification Notification, UserDevice Device)> NextAsync() =>
        await _sent.Reader.ReadAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(60));

    public void Dispose() => IsDisposed = true;
}
