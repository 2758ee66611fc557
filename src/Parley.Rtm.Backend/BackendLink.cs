using Microsoft.Extensions.Logging;
using Parley.Rtm.Transport;

namespace Parley.Rtm.Backend;

/// <summary>
/// Keeps at most one connection to the server gate: made by the first call that needs one, made again by the next call, and in the
/// background while <paramref name="keepConnected"/> says so. Callers that come together share one attempt.
/// </summary>
internal sealed class BackendLink(
    FpnnAddress address,
    RtmBackendOptions options,
    FpnnQuestHandler onQuest,
    Func<FpnnConnection, CancellationToken, Task> prepare,
    Func<bool> keepConnected,
    Action<RtmConnectionEventArgs> onChange) : IAsyncDisposable
{
    private readonly CancellationTokenSource _lifetime = new();
    private readonly Lock _lock = new();
    private readonly ILogger _logger = options.Logger;
    private FpnnConnection? _current;
    private Task<FpnnConnection>? _connecting;
    private Task _watching = Task.CompletedTask;

    public bool IsConnected => Volatile.Read(ref _current) is { IsOpen: true };

    /// <summary>The open connection, a new one if need be.</summary>
    public Task<FpnnConnection> GetAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _current) is { IsOpen: true } open)
            return Task.FromResult(open);
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_lifetime.IsCancellationRequested, typeof(RtmBackendClient));
            if (_current is { IsOpen: true } current)
                return Task.FromResult(current);
            _connecting ??= Task.Run(ConnectAsync);
            return _connecting.WaitAsync(cancellationToken);
        }
    }

    public async ValueTask DisposeAsync()
    {
        Task<FpnnConnection>? connecting;
        lock (_lock)
        {
            _lifetime.Cancel();
            connecting = _connecting;
        }

        if (connecting is not null)
            await connecting.ContinueWith(static _ => { }, TaskScheduler.Default);
        if (_current is { } current)
            await current.DisposeAsync();
        await _watching;
    }

    private async Task<FpnnConnection> ConnectAsync()
    {
        FpnnConnection? connection = null;
        try
        {
            connection = await FpnnConnection.ConnectAsync(address, ConnectionOptions(), _lifetime.Token);
            await prepare(connection, _lifetime.Token);
        }
        catch
        {
            lock (_lock)
                _connecting = null;
            if (connection is not null)
                await connection.DisposeAsync();
            throw;
        }

        BackendLog.Connected(_logger, address.ToString());
        onChange(new RtmConnectionEventArgs(true, null));
        lock (_lock)
        {
            _current = connection;
            _connecting = null;
            _watching = Task.Run(() => WatchAsync(connection));
        }

        return connection;
    }

    private FpnnConnectionOptions ConnectionOptions() => new()
    {
        ConnectTimeout = options.ConnectTimeout,
        QuestTimeout = options.QuestTimeout,
        Tls = options.Tls,
        Encryption = options.Encryption,
        OnQuest = onQuest,
        Logger = options.Logger,
        TimeProvider = options.TimeProvider,
    };

    private async Task WatchAsync(FpnnConnection connection)
    {
        try
        {
            await KeepAliveAsync(connection);
            var closed = await connection.Closed;
            BackendLog.Disconnected(_logger, address.ToString(), closed.Reason);
            await connection.DisposeAsync();
            onChange(new RtmConnectionEventArgs(false, closed));
            await ReconnectAsync();
        }
        catch (Exception error) when (error is OperationCanceledException or ObjectDisposedException)
        {
            // The client was disposed.
        }
    }

    // Ends when the connection has ended; ends it when the server is silent and does not answer either.
    private async Task KeepAliveAsync(FpnnConnection connection)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(_lifetime.Token);
        while (connection.IsOpen)
        {
            var pause = Task.Delay(options.KeepAlive / 2, options.TimeProvider, stop.Token);
            if (await Task.WhenAny(connection.Closed, pause) != pause)
            {
                await stop.CancelAsync();
                return;
            }

            await pause;
            if (connection.SinceLastReceived < options.KeepAlive)
                continue;
            try
            {
                await connection.AskAsync("*ping", null, options.QuestTimeout, _lifetime.Token);
            }
            catch (FpnnTimeoutException)
            {
                BackendLog.Silent(_logger, address.ToString());
                await connection.DisposeAsync();
            }
            catch (FpnnException)
            {
                // Any answer says that the server is there; when the connection has ended the loop ends.
            }
        }
    }

    private async Task ReconnectAsync()
    {
        var delay = TimeSpan.Zero;
        while (keepConnected() && !_lifetime.IsCancellationRequested)
        {
            await Task.Delay(delay, options.TimeProvider, _lifetime.Token);
            try
            {
                await GetAsync(_lifetime.Token);
                return;
            }
            catch (FpnnException error)
            {
                delay = Min(Max(delay * 2, options.ReconnectDelay), options.MaxReconnectDelay);
                BackendLog.ReconnectFailed(_logger, address.ToString(), delay, error.Text);
            }
        }
    }

    private static TimeSpan Min(TimeSpan a, TimeSpan b) => a < b ? a : b;

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}
